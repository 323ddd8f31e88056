using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Google.Protobuf;

namespace Narrative.Tests
{
    /// <summary>A gRPC-Web server in memory, behind a byte transport; answers piece by piece on the caller's own thread.</summary>
    internal sealed class FakeBytes : IByteTransport
    {
        private readonly Func<ByteRequest, ByteResponse, CancellationToken, Task> _answer;

        public FakeBytes(Func<ByteRequest, ByteResponse, CancellationToken, Task> answer) => _answer = answer;

        public List<ByteRequest> Requests { get; } = new List<ByteRequest>();

        public int Aborted { get; private set; }

        /// <summary>A server that shakes hands and answers all else with these bytes, in pieces of that size.</summary>
        public static FakeBytes Serving(byte[] body, int pieceBytes = 7) => new FakeBytes(async (request, response, stop) =>
        {
            bool hands = request.Address.AbsolutePath.EndsWith("GetServerInfo", StringComparison.Ordinal);
            response.Start(200, Head());
            byte[] answer = hands ? Handshake() : body;
            for (int start = 0; start < answer.Length && !stop.IsCancellationRequested; start += pieceBytes)
            {
                await Task.Yield();
                response.Add(answer.AsSpan(start, Math.Min(pieceBytes, answer.Length - start)));
            }

            response.Complete();
        });

        public static byte[] Handshake() => Whole("grpc-status:0\r\n", new V1.GetServerInfoResponse
        {
            ContractVersion = NarrativeClient.ContractsVersion,
        });

        /// <summary>Messages as frames, and trailers after them.</summary>
        public static byte[] Whole(string trailers, params IMessage[] messages) => messages
            .SelectMany(message => FrameReader.Frame(message.ToByteArray()))
            .Concat(FrameReader.Frame(Encoding.ASCII.GetBytes(trailers), FrameReader.TrailersFlag))
            .ToArray();

        public static Dictionary<string, string> Head(string type = "application/grpc-web+proto") =>
            new Dictionary<string, string> { ["Content-Type"] = type };

        public IDisposable Post(ByteRequest request, ByteResponse response)
        {
            Requests.Add(request);
            var stop = new CancellationTokenSource();
            _ = _answer(request, response, stop.Token);
            return new Abort(() =>
            {
                Aborted++;
                stop.Cancel();
            });
        }

        private sealed class Abort : IDisposable
        {
            private readonly Action _abort;

            public Abort(Action abort) => _abort = abort;

            public void Dispose() => _abort();
        }
    }
}
