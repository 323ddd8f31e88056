using System;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Grpc.Core;
using Grpc.Net.Client;

namespace Narrative.Tests
{
    /// <summary>
    /// gRPC-Web over HTTP/1.1 in front of a gRPC server, on real sockets: translates frames and trailers and knows no message.
    /// </summary>
    internal sealed class WebBridge : IDisposable
    {
        private static readonly Marshaller<byte[]> Raw = Marshallers.Create(data => data, data => data);

        private readonly HttpListener _listener = new HttpListener();
        private readonly GrpcChannel _channel;

        public WebBridge(string server)
        {
            _channel = GrpcChannel.ForAddress("http://" + server, new GrpcChannelOptions { MaxReceiveMessageSize = null });
            Address = $"127.0.0.1:{FreePort()}";
            _listener.Prefixes.Add($"http://{Address}/");
            _listener.Start();
            _ = AcceptAsync();
        }

        public string Address { get; }

        public void Dispose()
        {
            _listener.Close();
            _channel.Dispose();
        }

        private static int FreePort()
        {
            var probe = new TcpListener(IPAddress.Loopback, 0);
            probe.Start();
            int port = ((IPEndPoint)probe.LocalEndpoint).Port;
            probe.Stop();
            return port;
        }

        private async Task AcceptAsync()
        {
            try
            {
                while (_listener.IsListening)
                {
                    _ = ServeAsync(await _listener.GetContextAsync());
                }
            }
            catch (Exception error) when (error is HttpListenerException || error is ObjectDisposedException)
            {
                // closed
            }
        }

        private async Task ServeAsync(HttpListenerContext context)
        {
            using var stop = new CancellationTokenSource();
            try
            {
                var body = new MemoryStream();
                await context.Request.InputStream.CopyToAsync(body);
                context.Response.SendChunked = true;
                context.Response.ContentType = "application/grpc-web+proto";
                await ForwardAsync(context, body.ToArray().AsSpan(5).ToArray(), stop.Token);
                context.Response.Close();
            }
            catch (Exception error) when (error is HttpListenerException || error is IOException || error is ObjectDisposedException)
            {
                stop.Cancel(); // the caller went away, so the call ends too
                context.Response.Abort();
            }
        }

        private async Task ForwardAsync(HttpListenerContext context, byte[] request, CancellationToken stop)
        {
            string[] path = context.Request.Url!.AbsolutePath.Trim('/').Split('/');
            var method = new Method<byte[], byte[]>(MethodType.ServerStreaming, path[0], path[1], Raw, Raw);
            var headers = new Metadata();
            if (context.Request.Headers["authorization"] is string token)
            {
                headers.Add("authorization", token);
            }

            DateTime? deadline = context.Request.Headers["grpc-timeout"] is string timeout ? DateTime.UtcNow + Timeout(timeout) : null;
            var status = Status.DefaultSuccess;
            Metadata trailers = Metadata.Empty;
            using AsyncServerStreamingCall<byte[]> call = _channel.CreateCallInvoker()
                .AsyncServerStreamingCall(method, null, new CallOptions(headers, deadline, stop), request);
            try
            {
                await foreach (byte[] message in call.ResponseStream.ReadAllAsync(stop))
                {
                    await context.Response.OutputStream.WriteAsync(FrameReader.Frame(message), stop);
                    await context.Response.OutputStream.FlushAsync(stop);
                }
            }
            catch (RpcException error)
            {
                status = error.Status;
                trailers = error.Trailers;
            }

            await context.Response.OutputStream.WriteAsync(FrameReader.Frame(Trailers(status, trailers), FrameReader.TrailersFlag), stop);
        }

        /// <summary>gRPC's timeout: digits and a unit.</summary>
        private static TimeSpan Timeout(string text)
        {
            long count = long.Parse(text[..^1]);
            return text[^1] switch
            {
                'm' => TimeSpan.FromMilliseconds(count),
                'S' => TimeSpan.FromSeconds(count),
                'M' => TimeSpan.FromMinutes(count),
                'H' => TimeSpan.FromHours(count),
                'u' => TimeSpan.FromMicroseconds(count),
                _ => TimeSpan.FromTicks(count / 100),
            };
        }

        private static byte[] Trailers(Status status, Metadata trailers)
        {
            var text = new StringBuilder($"grpc-status: {(int)status.StatusCode}\r\ngrpc-message: {Uri.EscapeDataString(status.Detail)}\r\n");
            foreach (Metadata.Entry entry in trailers.Where(one => !one.Key.StartsWith("grpc-message", StringComparison.Ordinal)))
            {
                text.Append($"{entry.Key}: {(entry.IsBinary ? Convert.ToBase64String(entry.ValueBytes) : entry.Value)}\r\n");
            }

            return Encoding.UTF8.GetBytes(text.ToString());
        }
    }
}
