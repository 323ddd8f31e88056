// The signature of what the package uses of com.cysharp.yetanotherhttphandler, to compile against. It cannot be run.
namespace Cysharp.Net.Http
{
    public class YetAnotherHttpHandler : System.Net.Http.HttpMessageHandler
    {
        public bool? Http2Only { get; set; }

        protected override System.Threading.Tasks.Task<System.Net.Http.HttpResponseMessage> SendAsync(
            System.Net.Http.HttpRequestMessage request, System.Threading.CancellationToken cancellationToken) => throw null;
    }
}
