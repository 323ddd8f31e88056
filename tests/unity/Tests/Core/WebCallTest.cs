using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Google.Protobuf;
using Xunit;

namespace Narrative.Tests
{
    public sealed class WebCallTest
    {
        private static readonly Uri Server = new Uri("http://127.0.0.1:1/");

        [Theory]
        [InlineData(1)]
        [InlineData(7)]
        [InlineData(100_000)]
        public void A_beat_arrives_whole_in_pieces_of_any_size(int pieceBytes) => Script.OnOneThread(async () =>
        {
            IMessage[] events = Script.Beat("b", "Hello there.", "Good day.").ToArray<IMessage>();
            var bytes = FakeBytes.Serving(FakeBytes.Whole("grpc-status:0\r\n", events), pieceBytes);
            using NarrativeClient client = await ConnectAsync(bytes);
            List<BeatEvent> told = await Script.ListAsync(client.PlayBeatAsync(Script.Request()));
            Assert.Equal(Enumerable.Range(0, events.Length), told.Select(one => one.Sequence));
        });

        [Fact]
        public void Requests_are_what_gRPC_Web_wants() => Script.OnOneThread(async () =>
        {
            var bytes = FakeBytes.Serving(FakeBytes.Whole("grpc-status:0\r\n", Script.Beat("b").ToArray<IMessage>()));
            using NarrativeClient client = await ConnectAsync(bytes, new NarrativeClientOptions
            {
                Token = "s3cret",
                BeatTimeout = TimeSpan.FromSeconds(9),
            });
            await Script.ListAsync(client.PlayBeatAsync(Script.Request()));
            ByteRequest sent = bytes.Requests[^1];
            Assert.Equal("http://127.0.0.1:1/narrative_server.v1.StoryService/PlayBeat", sent.Address.AbsoluteUri);
            var headers = new Dictionary<string, string>(sent.Headers, StringComparer.OrdinalIgnoreCase);
            Assert.Equal("application/grpc-web+proto", headers["content-type"]);
            Assert.Equal("Bearer s3cret", headers["authorization"]);
            Assert.Equal("9000m", headers["grpc-timeout"]);
            Assert.Equal(sent.Body.Length - 5, sent.Body[4] + (256 * sent.Body[3]));
            Assert.Equal("It rains.", V1.PlayBeatRequest.Parser.ParseFrom(sent.Body, 5, sent.Body.Length - 5).Trigger.Event);
        });

        [Fact]
        public void Statuses_come_from_trailers_with_their_details() => Script.OnOneThread(async () =>
        {
            var bytes = FakeBytes.Serving(FakeBytes.Whole(
                "grpc-status: 8\r\ngrpc-message: queue%20is%20full\r\ngrpc-retry-pushback-ms: 40\r\n"));
            using NarrativeClient client = await ConnectAsync(bytes, Once());
            var error = await Assert.ThrowsAsync<NarrativeException>(() => Script.ListAsync(client.PlayBeatAsync(Script.Request())));
            Assert.Equal((NarrativeErrorCode.ResourceExhausted, "queue is full"), (error.Code, error.Message));
            Assert.Equal(TimeSpan.FromMilliseconds(40), error.RetryAfter);
        });

        [Theory]
        [InlineData("cut", NarrativeErrorCode.DataLoss, "within a message")]
        [InlineData("no trailers", NarrativeErrorCode.DataLoss, "no trailers")]
        [InlineData("no status", NarrativeErrorCode.DataLoss, "no grpc-status")]
        [InlineData("huge", NarrativeErrorCode.DataLoss, "at most 67108864 are taken")]
        [InlineData("garbage", NarrativeErrorCode.DataLoss, "cannot be read")]
        [InlineData("compressed", NarrativeErrorCode.DataLoss, "compressed")]
        [InlineData("web page", NarrativeErrorCode.Unavailable, "Content-Type is text/html")]
        [InlineData("http 401", NarrativeErrorCode.Unauthenticated, "HTTP status 401")]
        [InlineData("http 503", NarrativeErrorCode.Unavailable, "HTTP status 503")]
        [InlineData("refused", NarrativeErrorCode.Unavailable, "connection refused")]
        [InlineData("reset", NarrativeErrorCode.DataLoss, "connection reset")]
        public void A_broken_answer_is_a_clear_error(string fault, NarrativeErrorCode code, string said) => Script.OnOneThread(async () =>
        {
            bool ready = false;
            var bytes = new FakeBytes((request, response, _) =>
            {
                if (!ready)
                {
                    ready = true;
                    Send(response, FakeBytes.Handshake());
                }
                else
                {
                    Break(response, fault);
                }

                return Task.CompletedTask;
            });
            using NarrativeClient client = await ConnectAsync(bytes, Once());
            var error = await Assert.ThrowsAsync<NarrativeException>(() => Script.ListAsync(client.PlayBeatAsync(Script.Request())));
            Assert.Equal(code, error.Code);
            Assert.Contains(said, error.Message);
        });

        [Fact]
        public void The_deadline_ends_a_silent_call_and_aborts_the_exchange() => Script.OnOneThread(async () =>
        {
            var bytes = new FakeBytes((_, _, _) => Task.CompletedTask);
            var time = new ManualTime();
            var error = await Assert.ThrowsAsync<NarrativeException>(() => time.Through(NarrativeClient.ConnectAsync(
                NarrativeTransport.Bytes(Server, bytes, time), time, new NarrativeClientOptions { ConnectTimeout = TimeSpan.FromSeconds(2) })));
            Assert.Equal(NarrativeErrorCode.DeadlineExceeded, error.Code);
            Assert.Equal(1, bytes.Aborted);
        });

        [Fact]
        public void Cancelling_aborts_the_exchange() => Script.OnOneThread(async () =>
        {
            var bytes = FakeBytes.Serving(FakeBytes.Whole("grpc-status:0\r\n", Script.Beat("b", "Hello there.").ToArray<IMessage>()));
            using NarrativeClient client = await ConnectAsync(bytes);
            int before = bytes.Aborted;
            using var cancel = new CancellationTokenSource();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            {
                await foreach (BeatEvent told in client.PlayBeatAsync(Script.Request(), cancel.Token))
                {
                    cancel.Cancel();
                }
            });
            Assert.Equal(before + 1, bytes.Aborted);
        });

        [Fact]
        public void Frames_come_out_of_any_pieces()
        {
            var reader = new FrameReader(1000);
            byte[] wire = FrameReader.Frame(new byte[] { 1, 2, 3 }).Concat(FrameReader.Frame(Array.Empty<byte>(), 0x80))
                .Concat(FrameReader.Frame(new byte[999])).ToArray();
            var lengths = new List<int>();
            for (int round = 0; round < 20; round++)
            {
                foreach (byte one in wire)
                {
                    reader.Append(new[] { one });
                    while (reader.TryTake(out _, out byte[] payload))
                    {
                        lengths.Add(payload.Length);
                    }
                }
            }

            Assert.Equal(Enumerable.Repeat(new[] { 3, 0, 999 }, 20).SelectMany(one => one), lengths);
            Assert.True(reader.IsEmpty);
        }

        private static NarrativeClientOptions Once() => new NarrativeClientOptions { Retries = new RetryPolicy(1) };

        private static Task<NarrativeClient> ConnectAsync(FakeBytes bytes, NarrativeClientOptions? options = null)
        {
            var time = new ManualTime();
            return NarrativeClient.ConnectAsync(NarrativeTransport.Bytes(Server, bytes, time), time, options);
        }

        private static void Send(ByteResponse response, byte[] body, int httpStatus = 200, string type = "application/grpc-web+proto")
        {
            response.Start(httpStatus, FakeBytes.Head(type));
            response.Add(body);
            response.Complete();
        }

        private static void Break(ByteResponse response, string fault)
        {
            byte[] message = FrameReader.Frame(Script.Beat("b", "Hello.").First().ToByteArray());
            switch (fault)
            {
                case "cut":
                    Send(response, message.Take(message.Length - 1).ToArray());
                    break;
                case "no trailers":
                    Send(response, message);
                    break;
                case "no status":
                    Send(response, FakeBytes.Whole("x: y\r\n"));
                    break;
                case "huge":
                    Send(response, new byte[] { 0, 255, 255, 255, 255 });
                    break;
                case "garbage":
                    Send(response, FrameReader.Frame(new byte[] { 255, 255, 255 }));
                    break;
                case "compressed":
                    Send(response, FrameReader.Frame(new byte[] { 1 }, FrameReader.CompressedFlag));
                    break;
                case "web page":
                    Send(response, Encoding.ASCII.GetBytes("<html>"), 200, "text/html");
                    break;
                case "refused":
                    response.Fail("connection refused");
                    break;
                case "reset":
                    response.Start(200, FakeBytes.Head());
                    response.Fail("connection reset");
                    break;
                default:
                    Send(response, Array.Empty<byte>(), int.Parse(fault.Split(' ')[1]));
                    break;
            }
        }
    }
}
