using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Google.Protobuf;
using UnityEngine;
using UnityEngine.Networking;
using Xunit;

namespace Narrative.Tests
{
    /// <summary>gRPC-Web over UnityWebRequest, as a WebGL player has it: bytes come with the frames, there is no thread.</summary>
    public sealed class WebRequestTest
    {
        [Fact]
        public void A_whole_beat_comes_in_pieces_of_a_frame()
        {
            using var game = Served(_ => FakeBytes.Whole("grpc-status:0\r\n", MediaBeat.Of("Hello there.").ToArray<IMessage>()));
            Assert.Equal(BeatOutcome.Finished, game.Outcome(game.Player.PlayAsync(Game.Beat())));
            Assert.Equal("Hello there.", game.Told[2]);
            Assert.Empty(UnityWebRequest.Running);
        }

        [Fact]
        public void Stopping_aborts_the_request()
        {
            UnityWebRequest? playing = null;
            using var game = Served(request =>
            {
                playing = request;
                return FakeBytes.Whole("grpc-status:0\r\n", MediaBeat.Of("Hello there, all of you.").ToArray<IMessage>());
            });
            Task<BeatOutcome> beat = game.Player.PlayAsync(Game.Beat());
            game.Until(() => game.Told.Contains("Ada:"));
            game.Player.Stop();
            Assert.Equal(BeatOutcome.Interrupted, game.Outcome(beat));
            game.Until(() => playing!.Aborted && playing.Disposed);
        }

        [Theory]
        [InlineData(0, "Cannot connect to destination host", "Cannot connect")]
        [InlineData(404, null, "HTTP status 404")]
        [InlineData(200, null, "No gRPC-Web server answers there")]
        public void What_is_no_server_of_ours_is_told(int status, string? failure, string says)
        {
            using var game = new Game();
            UnityWebRequest.Server = _ => new WebAnswer { Status = status, Failure = failure };
            Use(game);
            Assert.Equal(BeatOutcome.Failed, game.Outcome(game.Player.PlayAsync(Game.Beat())));
            Assert.Contains(says, game.Told.Last());
        }

        [Fact]
        public void A_beat_that_is_cut_within_a_message_keeps_the_lines_that_came()
        {
            byte[] body = FakeBytes.Whole("", Script.Beat("b", "Hello there.", "Good day to you.").ToArray<IMessage>());
            using var game = Served(_ => body.AsSpan(0, body.Length - 90).ToArray());
            Assert.Equal(BeatOutcome.FellBack, game.Outcome(game.Player.PlayAsync(Game.Beat("It rains.", "Not this.", "Inside."))));
            Assert.Equal("Hello there.", game.Told[2]);
            Assert.Equal("Inside.", game.Told[^2]);
        }

        private static Game Served(Func<UnityWebRequest, byte[]> beat)
        {
            var game = new Game();
            UnityWebRequest.Server = request => new WebAnswer
            {
                Headers = new Dictionary<string, string> { ["Content-Type"] = "application/grpc-web+proto" },
                Body = request.Address.AbsolutePath.Split('/').Last() switch
                {
                    "GetServerInfo" => FakeBytes.Handshake(),
                    "CreateSession" => FakeBytes.Whole(
                        "grpc-status:0\r\n", new V1.CreateSessionResponse { Session = new V1.Session { SessionId = "one" } }),
                    _ => beat(request),
                },
            };
            Use(game);
            return game;
        }

        private static void Use(Game game) => game.Connection.TransportFactory = time =>
            NarrativeTransport.Bytes(new Uri("http://127.0.0.1:50152/"), new UnityWebTransport(), time);
    }
}
