// Signatures of what the package uses of UnityEngine.Networking, to compile against. Nothing here can be run.
using System;
using System.Collections.Generic;

namespace UnityEngine.Networking
{
    public class DownloadHandler : IDisposable
    {
        public virtual void Dispose() => throw null;

        protected virtual bool ReceiveData(byte[] data, int dataLength) => throw null;
    }

    public class DownloadHandlerScript : DownloadHandler
    {
        public DownloadHandlerScript(byte[] preallocatedBuffer) => throw null;
    }

    public class UploadHandler : IDisposable
    {
        public virtual void Dispose() => throw null;
    }

    public sealed class UploadHandlerRaw : UploadHandler
    {
        public UploadHandlerRaw(byte[] data) => throw null;
    }

    public class UnityWebRequestAsyncOperation : AsyncOperation
    {
    }

    public class UnityWebRequest : IDisposable
    {
        public const string kHttpVerbPOST = "POST";

        public UnityWebRequest(Uri uri, string method, DownloadHandler downloadHandler, UploadHandler uploadHandler) => throw null;

        public enum Result
        {
            ConnectionError = 2,
            DataProcessingError = 4,
        }

        public string error => throw null;

        public long responseCode => throw null;

        public Result result => throw null;

        public void Abort() => throw null;

        public void Dispose() => throw null;

        public Dictionary<string, string> GetResponseHeaders() => throw null;

        public UnityWebRequestAsyncOperation SendWebRequest() => throw null;

        public void SetRequestHeader(string name, string value) => throw null;
    }

#if UNITY_6000_5_OR_NEWER
    public enum HttpForcedVersion
    {
        NotForced = 0,
        HTTP2 = 3,
    }

    public class UnityHttpMessageHandler : System.Net.Http.HttpMessageHandler
    {
        public HttpForcedVersion HttpForcedVersion { get; set; }

        protected override System.Threading.Tasks.Task<System.Net.Http.HttpResponseMessage> SendAsync(
            System.Net.Http.HttpRequestMessage request, System.Threading.CancellationToken cancellationToken) => throw null;
    }
#endif
}
