using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Xunit;

namespace Narrative.Tests
{
    public sealed class ClientTest
    {
        [Theory]
        [InlineData("1.1")]
        [InlineData("1.7")]
        public void Connects_to_an_equal_major_and_a_minor_at_least_its_own(string version) => Script.OnOneThread(async () =>
        {
            using NarrativeClient client = await Script.ConnectAsync(Script.Server(version));
            Assert.Equal(version, client.Server.ContractVersion);
        });

        [Theory]
        [InlineData("1.0", "update the server")]
        [InlineData("0.9", "update the server")]
        [InlineData("2.0", "update this package")]
        [InlineData("1", "update the server")]
        [InlineData("1.x", "update the server")]
        public void Refuses_another_version_and_names_both(string version, string help) => Script.OnOneThread(async () =>
        {
            var error = await Assert.ThrowsAsync<NarrativeException>(() => Script.ConnectAsync(Script.Server(version)));
            Assert.Equal(NarrativeErrorCode.VersionMismatch, error.Code);
            Assert.Contains($"contracts {version} ", error.Message);
            Assert.Contains($"client {NarrativeClient.ContractsVersion};", error.Message);
            Assert.Contains(help, error.Message);
        });

        [Fact]
        public void Connecting_to_a_server_that_never_answers_fails_within_its_deadline() => Script.OnOneThread(async () =>
        {
            var script = new ScriptedInvoker();
            script.Answer<V1.GetServerInfoRequest, V1.GetServerInfoResponse>(
                Script.Info, (_, _) => new TaskCompletionSource<V1.GetServerInfoResponse>().Task);
            var time = new ManualTime();
            DateTime began = time.UtcNow;
            var options = new NarrativeClientOptions { ConnectTimeout = TimeSpan.FromSeconds(3) };
            var error = await Assert.ThrowsAsync<NarrativeException>(
                () => time.Through(Script.ConnectAsync(script, time, options)));
            Assert.Equal(NarrativeErrorCode.DeadlineExceeded, error.Code);
            Assert.InRange((time.UtcNow - began).TotalSeconds, 3, 3.5);
        });

        [Fact]
        public void Connecting_waits_for_a_server_that_starts_only_when_asked_to() => Script.OnOneThread(async () =>
        {
            int asked = 0;
            var script = new ScriptedInvoker();
            script.Answer<V1.GetServerInfoRequest, V1.GetServerInfoResponse>(Script.Info, (_, _) => ++asked % 3 != 0
                ? throw new RpcException(new Status(StatusCode.Unavailable, "nobody there"))
                : Task.FromResult(new V1.GetServerInfoResponse { ContractVersion = NarrativeClient.ContractsVersion }));
            var time = new ManualTime();
            var error = await Assert.ThrowsAsync<NarrativeException>(() => Script.ConnectAsync(script, time));
            Assert.Equal((1, NarrativeErrorCode.Unavailable), (asked, error.Code));
            asked = 0;
            var options = new NarrativeClientOptions { WaitForServer = true };
            using NarrativeClient client = await time.Through(Script.ConnectAsync(script, time, options));
            Assert.Equal(3, asked);
        });

        [Fact]
        public void The_token_goes_with_every_call() => Script.OnOneThread(async () =>
        {
            ScriptedInvoker script = Script.Server();
            using NarrativeClient client = await Script.ConnectAsync(script, null, new NarrativeClientOptions { Token = "s3cret" });
            await client.GetServerInfoAsync();
            Assert.Equal(2, script.Calls.Count);
            Assert.All(script.Calls, call => Assert.Equal("Bearer s3cret", call.Headers!.GetValue("authorization")));
        });

        [Theory]
        [InlineData("with space")]
        [InlineData("line\nbreak")]
        public void A_token_that_no_header_carries_is_refused(string token) => Script.OnOneThread(async () =>
        {
            var error = await Assert.ThrowsAsync<ArgumentException>(
                () => Script.ConnectAsync(Script.Server(), null, new NarrativeClientOptions { Token = token }));
            Assert.StartsWith("Token has a character", error.Message);
        });

        [Fact]
        public void A_refused_request_names_every_field() => Script.OnOneThread(async () =>
        {
            ScriptedInvoker script = Script.Server();
            Metadata trailers = Details("google.rpc.BadRequest", Field(1, Field(1, "trigger.event").Concat(Field(2, "is empty"))
                .ToArray()).Concat(Field(1, Field(1, "seed").ToArray())).ToArray());
            Script.Plays(script, Script.Broken(Script.Beat("b"), 0, StatusCode.InvalidArgument, trailers));
            using NarrativeClient client = await Script.ConnectAsync(script);
            var error = await Assert.ThrowsAsync<NarrativeException>(
                () => Script.ListAsync(client.PlayBeatAsync(Script.Request())));
            Assert.Equal(NarrativeErrorCode.InvalidArgument, error.Code);
            Assert.Equal(new[] { "trigger.event: is empty", "seed: " }, error.Violations.Select(one => one.ToString()));
        });

        [Fact]
        public void A_servers_hint_is_told_and_kept_to() => Script.OnOneThread(async () =>
        {
            ScriptedInvoker script = Script.Server();
            byte[] delay = new Duration { Seconds = 3, Nanos = 500_000_000 }.ToByteArray();
            Metadata trailers = Details("google.rpc.RetryInfo", Field(1, delay).ToArray());
            Script.Plays(
                script, Script.Broken(Script.Beat("b"), 0, StatusCode.ResourceExhausted, trailers), Script.Beat("b", "Hello there."));
            var time = new ManualTime();
            using NarrativeClient client = await Script.ConnectAsync(script, time);
            time.Delays.Clear();
            await time.Through(Script.ListAsync(client.PlayBeatAsync(Script.Request())));
            Assert.Equal(TimeSpan.FromSeconds(3.5), Assert.Single(time.Delays));
        });

        [Fact]
        public void A_rating_whose_outcome_is_unknown_is_not_sent_twice() => Script.OnOneThread(async () =>
        {
            ScriptedInvoker script = Script.Server();
            int sent = 0;
            script.Answer<V1.RateBeatRequest, V1.RateBeatResponse>("narrative_server.v1.StoryService/RateBeat", (_, _) =>
            {
                sent++;
                throw new RpcException(new Status(StatusCode.Unavailable, "gone"));
            });
            using NarrativeClient client = await Script.ConnectAsync(script);
            await Assert.ThrowsAsync<NarrativeException>(() => client.RateBeatAsync(new BeatRating("one", "b", 1)));
            Assert.Equal(1, sent);
        });

        [Fact]
        public void A_session_whose_answer_was_lost_is_not_made_twice() => Script.OnOneThread(async () =>
        {
            ScriptedInvoker script = Script.Server();
            var made = new List<string>();
            script.Answer<V1.CreateSessionRequest, V1.CreateSessionResponse>(
                "narrative_server.v1.StoryService/CreateSession", (request, _) =>
                {
                    StatusCode code = made.Contains(request.SessionId) ? StatusCode.AlreadyExists : StatusCode.Unavailable;
                    made.Add(request.SessionId);
                    throw new RpcException(new Status(code, "lost"));
                });
            script.Answer<V1.GetSessionRequest, V1.GetSessionResponse>(
                "narrative_server.v1.StoryService/GetSession",
                (request, _) => Task.FromResult(new V1.GetSessionResponse { Session = new V1.Session { SessionId = request.SessionId } }));
            var time = new ManualTime();
            using NarrativeClient client = await Script.ConnectAsync(script, time);
            Session session = await time.Through(client.CreateSessionAsync());
            Assert.Equal(new[] { session.Id, session.Id }, made);
        });

        [Fact]
        public void Cancelling_ends_a_call_with_the_usual_exception() => Script.OnOneThread(async () =>
        {
            ScriptedInvoker script = Script.Server();
            script.Answer<V1.GetAssetRequest, V1.GetAssetResponse>(
                "narrative_server.v1.LibraryService/GetAsset", (_, stop) => Task.FromCanceled<V1.GetAssetResponse>(stop));
            using NarrativeClient client = await Script.ConnectAsync(script);
            using var cancel = new CancellationTokenSource();
            cancel.Cancel();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.GetAssetAsync("a", cancel.Token));
        });

        [Fact]
        public void A_closed_client_refuses_and_ends_what_runs() => Script.OnOneThread(async () =>
        {
            ScriptedInvoker script = Script.Server();
            Script.Plays(script, Script.Beat("b", "Hello there, friend."));
            NarrativeClient client = await Script.ConnectAsync(script);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            {
                await foreach (BeatEvent told in client.PlayBeatAsync(Script.Request()))
                {
                    client.Dispose();
                }
            });
            await Assert.ThrowsAsync<ObjectDisposedException>(() => client.GetServerInfoAsync());
        });

        [Fact]
        public void Health_is_asked_without_generated_messages() => Script.OnOneThread(async () =>
        {
            ScriptedInvoker script = Script.Server();
            var asked = new List<string>();
            script.Answer<string, HealthCheck.Answer>("grpc.health.v1.Health/Check", (service, _) =>
            {
                asked.Add(service);
                byte[] wire = { 8, 2 };
                return Task.FromResult(HealthCheck.Method.ResponseMarshaller.Deserializer(wire));
            });
            using NarrativeClient client = await Script.ConnectAsync(script);
            Assert.Equal(ServerHealth.NotServing, await client.CheckHealthAsync("a.B"));
            Assert.Equal(new[] { "a.B" }, asked);
            Assert.Equal(new byte[] { 10, 3, 97, 46, 66 }, HealthCheck.Method.RequestMarshaller.Serializer("a.B"));
        });

        [Theory]
        [InlineData("")]
        [InlineData("ftp://here:1")]
        [InlineData("http://here:1/path")]
        [InlineData("http://me@here:1")]
        [InlineData("http://here:99999")]
        public void An_address_that_is_none_is_refused(string address)
        {
            var error = Assert.Throws<ArgumentException>(() => NarrativeTransport.ParseAddress(address));
            Assert.Contains("legal: ", error.Message);
        }

        [Fact]
        public void A_secret_does_not_go_over_plaintext_to_another_machine() => Script.OnOneThread(async () =>
        {
            NarrativeTransport transport = Sockets.SocketsTransport.Http2("http://games.example:50151");
            var error = await Assert.ThrowsAsync<ArgumentException>(() => NarrativeClient.ConnectAsync(
                transport, new ManualTime(), new NarrativeClientOptions { Token = "secret" }));
            Assert.Contains("plaintext", error.Message);
        });

        private static Metadata Details(string type, byte[] detail)
        {
            byte[] any = Field(1, "type.googleapis.com/" + type).Concat(Field(2, detail)).ToArray();
            return new Metadata { { "grpc-status-details-bin", Field(3, any).ToArray() } };
        }

        private static IEnumerable<byte> Field(int number, string text) => Field(number, System.Text.Encoding.UTF8.GetBytes(text));

        private static IEnumerable<byte> Field(int number, byte[] data) =>
            new[] { (byte)((number << 3) | 2), (byte)data.Length }.Concat(data);
    }
}
