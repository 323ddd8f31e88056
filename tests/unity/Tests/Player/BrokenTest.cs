using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Grpc.Core;
using UnityEngine;
using Xunit;

namespace Narrative.Tests
{
    /// <summary>What a player sees when something is missing or broken: fallback lines, the rest of the beat, never a freeze.</summary>
    public sealed class BrokenTest
    {
        [Fact]
        public void Without_a_server_the_fallback_lines_are_played()
        {
            using var game = new Game();
            game.Connection.TransportFactory = _ => throw new NarrativeException(NarrativeErrorCode.Unavailable, "nobody there");
            Task<BeatOutcome> beat = game.Player.PlayAsync(Game.Beat("It rains.", "We should go inside.", "Quick."));
            Assert.Equal(BeatOutcome.FellBack, game.Outcome(beat));
            Assert.Equal(new[] { "started", "Ben:", "We should go inside.", "Ben:", "Quick.", "finished" }, game.Told);
            Assert.Equal((ConnectionState.Failed, "nobody there"), (game.Connection.State, game.Connection.LastError));
        }

        [Fact]
        public void Without_a_server_and_fallback_lines_it_says_so_and_the_next_beat_tries_again()
        {
            using var game = new Game();
            int tries = 0;
            game.Connection.TransportFactory = _ => ++tries == 1
                ? throw new NarrativeException(NarrativeErrorCode.Unavailable, "nobody there")
                : NarrativeTransport.FromInvoker(game.Script, "a script");
            Script.Plays(game.Script, Script.Beat("b", "Hello there."));
            Assert.Equal(BeatOutcome.Failed, game.Outcome(game.Player.PlayAsync(Game.Beat())));
            Assert.Equal("failed nobody there", game.Told.Last());
            Assert.Equal(BeatOutcome.Finished, game.Outcome(game.Player.PlayAsync(Game.Beat())));
        }

        [Fact]
        public void A_server_that_never_answers_holds_up_no_frame_and_ends_within_its_deadline()
        {
            using var game = new Game();
            game.Script.Answer<V1.GetServerInfoRequest, V1.GetServerInfoResponse>(
                Script.Info, (_, _) => new TaskCompletionSource<V1.GetServerInfoResponse>().Task);
            Game.SetField(game.Connection.Settings, "_connectTimeoutS", 0.5f);
            Task<BeatOutcome> beat = game.Player.PlayAsync(Game.Beat("It rains.", "Inside."));
            game.Frames(3);
            Assert.Equal((ConnectionState.Connecting, false), (game.Connection.State, beat.IsCompleted));
            Assert.Equal(BeatOutcome.FellBack, game.Outcome(beat));
        }

        [Theory]
        [InlineData("ftp://here", "legal: http")]
        [InlineData("", "legal: host:port")]
        public void A_wrong_address_is_told_as_one(string address, string legal)
        {
            using var game = new Game();
            game.Connection.TransportFactory = null;
            game.Connection.Settings.WebAddress = address;
            Assert.Equal(BeatOutcome.Failed, game.Outcome(game.Player.PlayAsync(Game.Beat())));
            Assert.Contains(legal, game.Told.Last());
        }

        [Theory]
        [InlineData("2.0", "update this package")]
        [InlineData("0.9", "update the server")]
        public void A_server_of_another_version_is_told(string version, string help)
        {
            using var game = new Game();
            game.Connection.TransportFactory = _ => NarrativeTransport.FromInvoker(Script.Server(version), "another");
            Assert.Equal(BeatOutcome.Failed, game.Outcome(game.Player.PlayAsync(Game.Beat())));
            Assert.Contains(help, game.Told.Last());
        }

        [Fact]
        public void A_beat_that_breaks_off_keeps_its_lines_and_the_fallback_takes_the_place_of_the_rest()
        {
            using var game = new Game();
            // One whole line and two words of the second.
            Script.Plays(game.Script, Script.Broken(Script.Beat("b", "Hello there.", "The rain is heavy."), 8, StatusCode.DataLoss));
            Task<BeatOutcome> beat = game.Player.PlayAsync(Game.Beat("It rains.", "Not this one.", "We should go inside."));
            Assert.Equal(BeatOutcome.FellBack, game.Outcome(beat));
            Assert.Equal(
                new[] { "started", "Ada:", "Hello there.", "Ada:", "The rain\u2026", "Ben:", "We should go inside.", "finished" },
                game.Told);
        }

        [Fact]
        public void A_beat_that_breaks_off_without_fallback_lines_plays_what_came_and_then_fails()
        {
            using var game = new Game();
            Script.Plays(game.Script, Script.Broken(MediaBeat.Of("Hello there."), 8, StatusCode.DataLoss));
            Assert.Equal(BeatOutcome.Failed, game.Outcome(game.Player.PlayAsync(Game.Beat())));
            Assert.Equal(
                new[] { "started", "warned The beat broke off: it broke", "Ada:", "Hello", "failed it broke" },
                game.Told.Where(one => one != "").ToArray());
            Assert.NotNull(game.Player.Views.Stage!.Find("Ada"));
        }

        [Fact]
        public void A_beat_that_broke_and_is_in_the_store_goes_on_where_it_was()
        {
            using var game = new Game(attempts: 2);
            List<V1.PlayBeatResponse> whole = Script.Beat("b", "Hello there.", "Good day.").ToList();
            List<V1.PlayBeatRequest> sent = Script.Plays(game.Script, Script.Broken(whole, 4, StatusCode.DataLoss), whole);
            Assert.Equal(BeatOutcome.Finished, game.Outcome(game.Player.PlayAsync(Game.Beat())));
            Assert.Equal(new[] { "started", "Ada:", "Hello there.", "Ada:", "Good day.", "finished" }, game.Told);
            Assert.Equal(2, sent.Select(one => one.IdempotencyKey).Count(key => key == sent[0].IdempotencyKey));
        }

        [Fact]
        public void A_beat_that_the_server_plays_anew_replaces_what_was_shown()
        {
            using var game = new Game(attempts: 2);
            Script.Plays(
                game.Script, Script.Broken(MediaBeat.Of("Hello there."), 8), Script.Beat("c", "Other words."));
            Assert.Equal(BeatOutcome.Finished, game.Outcome(game.Player.PlayAsync(Game.Beat())));
            Assert.Equal("Other words.", game.Told[^2]);
            Assert.Equal("finished", game.Told[^1]);
        }

        [Fact]
        public void Media_that_do_not_decode_are_left_out_with_a_warning_and_the_beat_plays_on()
        {
            using var game = new Game();
            Script.Plays(game.Script, MediaBeat.Of("Hello there.", new byte[3], new byte[5], new byte[] { 1, 2, 3 }));
            Assert.Equal(BeatOutcome.Finished, game.Outcome(game.Player.PlayAsync(Game.Beat())));
            Assert.Equal(3, Engine.Warnings.Count(sentence => sentence.Contains("is left out")));
            Assert.Empty(Engine.All<Texture2D>());
            Assert.Equal("Hello there.", game.Told[2]);
        }

        [Fact]
        public void A_png_that_only_begins_like_one_is_left_out_with_a_warning()
        {
            using var game = new Game();
            List<V1.PlayBeatResponse> events = MediaBeat.Of("Hello there.", new byte[] { 0x89, 80, 78, 71, 13, 10, 26, 10, 0, 0 }).ToList();
            events.Single(one => one.Event.Background != null).Event.Background.Picture.Encoding = V1.PictureEncoding.Png;
            Script.Plays(game.Script, events);
            Assert.Equal(BeatOutcome.Finished, game.Outcome(game.Player.PlayAsync(Game.Beat())));
            Assert.Contains("warned place: the picture is no PNG file that Unity reads", game.Told);
            Assert.Single(Engine.All<Texture2D>()); // the sprite's
        }

        [Fact]
        public void A_baked_story_plays_without_its_missing_assets_and_says_which()
        {
            using var game = new Game();
            StoryBeatAsset asset = ScriptableObject.CreateInstance<StoryBeatAsset>();
            asset.name = "Gate";
            var beat = new BakedBeat();
            beat.Lines.Add(new BakedLine { Speaker = "Mira", Text = "Who goes there?", DurationMs = 700 });
            foreach ((Medium medium, string key) in new[]
                { (Medium.Background, "place"), (Medium.Sprite, "mira"), (Medium.Sprite, "gone"), (Medium.Sound, "door") })
            {
                beat.Media.Add(new BakedMedium { Medium = medium, Key = key, Character = key, WidthPx = 2, HeightPx = 2 });
                CueTarget target = medium == Medium.Background ? CueTarget.Background
                    : medium == Medium.Sprite ? CueTarget.Sprite : CueTarget.Sound;
                beat.Cues.Add(new BakedCue { Target = target, Key = key });
            }

            asset.Fill(beat);
            var place = new Texture2D(4, 2, TextureFormat.RGBA32, false);
            asset.Add("place", place);
            asset.Add("mira", new Texture2D(2, 2, TextureFormat.RGBA32, false));
            Assert.Equal(BeatOutcome.Finished, game.Outcome(game.Player.PlayAsync(asset)));
            Assert.Equal(
                new[] { "warned Gate: the Sprite gone is missing; bake the beat again.", "warned Gate: the Sound door is missing; bake the beat again." },
                game.Told.Where(one => one.StartsWith("warned")));
            Assert.NotNull(game.Player.Views.Stage!.Find("mira"));
            Assert.Null(game.Player.Views.Stage!.Find("gone"));
            Assert.Equal("Who goes there?", game.Told[^2]);
            UnityEngine.Object.Destroy(game.Player.Views.Background!.gameObject);
            game.Frames(2);
            Assert.True(place != null, "an asset of the project was destroyed");
        }

        [Fact]
        public void An_event_of_a_newer_server_is_left_out_and_the_beat_plays_on()
        {
            using var game = new Game();
            List<V1.BeatEvent> events = Script.Beat("b", "Hello there.").Select(one => one.Event).ToList();
            events.Insert(1, V1.BeatEvent.Parser.ParseFrom(new byte[] { 0xfa, 0x07, 0 })); // field 127, a message
            Script.Plays(game.Script, Script.Numbered(events));
            Assert.Equal(BeatOutcome.Finished, game.Outcome(game.Player.PlayAsync(Game.Beat())));
            Assert.Equal("Hello there.", game.Told[2]);
        }

        [Fact]
        public void Leaving_play_mode_closes_the_connection_and_ends_the_beat()
        {
            using var game = new Game();
            bool cancelled = false;
            game.Script.AnswerStream<V1.PlayBeatRequest, V1.PlayBeatResponse>(Script.PlayBeat, (_, stop) =>
            {
                stop.Register(() => cancelled = true);
                return Script.Stream(Script.Beat("b", string.Join(" ", Enumerable.Repeat("word", 5000))), stop);
            });
            Task<BeatOutcome> beat = game.Player.PlayAsync(Game.Beat());
            game.Until(() => game.Told.Contains("Ada:"));
            NarrativeConnection.CloseAll();
            game.Until(() => beat.IsCompleted || cancelled);
            Assert.Equal(ConnectionState.Closed, game.Connection.State);
        }
    }
}
