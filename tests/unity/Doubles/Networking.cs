using System;
using System.Collections.Generic;

namespace UnityEngine
{
    public class AsyncOperation
    {
        public event Action<AsyncOperation> completed;

        internal void Complete() => completed?.Invoke(this);
    }
}

namespace UnityEngine.Networking
{
    public class DownloadHandler : IDisposable
    {
        public virtual void Dispose()
        {
            // Nothing native here.
        }

        protected internal virtual bool ReceiveData(byte[] data, int dataLength) => false;
    }

    public class DownloadHandlerScript : DownloadHandler
    {
        public DownloadHandlerScript(byte[] preallocatedBuffer) => Buffer = preallocatedBuffer;

        internal byte[] Buffer { get; }
    }

    public class UploadHandler : IDisposable
    {
        public virtual void Dispose()
        {
            // Nothing native here.
        }
    }

    public sealed class UploadHandlerRaw : UploadHandler
    {
        public UploadHandlerRaw(byte[] data) => Data = data;

        public byte[] Data { get; }
    }

    public class UnityWebRequestAsyncOperation : AsyncOperation
    {
    }

    /// <summary>Asks <see cref="Server"/>, and gives its answer a piece a frame, in a buffer that it uses again.</summary>
    public class UnityWebRequest : IDisposable
    {
        public const string kHttpVerbPOST = "POST";

        private readonly DownloadHandlerScript _download;
        private readonly UnityWebRequestAsyncOperation _operation = new UnityWebRequestAsyncOperation();
        private WebAnswer _answer;
        private int _given;

        public UnityWebRequest(Uri uri, string method, DownloadHandler downloadHandler, UploadHandler uploadHandler)
        {
            Address = uri;
            _download = (DownloadHandlerScript)downloadHandler;
        }

        public enum Result
        {
            InProgress = 0,
            Success = 1,
            ConnectionError = 2,
            ProtocolError = 3,
            DataProcessingError = 4,
        }

        /// <summary>Answers requests.</summary>
        public static Func<UnityWebRequest, WebAnswer> Server { get; set; }

        public static List<UnityWebRequest> Running { get; } = new List<UnityWebRequest>();

        public Uri Address { get; }

        public Dictionary<string, string> Sent { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

        public bool Aborted { get; private set; }

        public bool Disposed { get; private set; }

        public string error => _answer.Failure;

        public long responseCode => _answer.Status;

        public Result result => _answer.Failure != null ? Result.ConnectionError
            : _answer.Status >= 400 ? Result.ProtocolError : Result.Success;

        public void Abort() => Aborted = true;

        public void Dispose() => Disposed = true;

        public Dictionary<string, string> GetResponseHeaders() => _answer.Headers;

        public UnityWebRequestAsyncOperation SendWebRequest()
        {
            _answer = Server(this);
            Running.Add(this);
            return _operation;
        }

        public void SetRequestHeader(string name, string value) => Sent[name] = value;

        internal void Move()
        {
            if (Aborted || Disposed)
            {
                Running.Remove(this);
            }
            else if (_given < _answer.Body.Length)
            {
                int count = Math.Min(Math.Min(_answer.PieceBytes, _download.Buffer.Length), _answer.Body.Length - _given);
                Array.Copy(_answer.Body, _given, _download.Buffer, 0, count);
                _given += count;
                _download.ReceiveData(_download.Buffer, count);
                Array.Clear(_download.Buffer);
            }
            else if (!_answer.NeverEnds)
            {
                Running.Remove(this);
                _operation.Complete();
            }
        }
    }

    /// <summary>What a server answers.</summary>
    public sealed class WebAnswer
    {
        public int Status { get; set; } = 200;

        public Dictionary<string, string> Headers { get; set; } = new Dictionary<string, string>();

        public byte[] Body { get; set; } = Array.Empty<byte>();

        public int PieceBytes { get; set; } = 50;

        /// <summary>Why there is no connection; null: there is one.</summary>
        public string Failure { get; set; }

        public bool NeverEnds { get; set; }
    }
}
