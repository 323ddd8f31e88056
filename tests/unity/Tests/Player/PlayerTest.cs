using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using Grpc.Core;
using UnityEngine;
using Xunit;

namespace Narrative.Tests
{
    /// <summary>The player as a whole: a scripted server or a baked beat at one end, the views at the other.</summary>
    public sealed class PlayerTest
    {
        [Fact]
        public void A_beat_of_the_server_is_typed_shown_and_heard()
        {
            using var game = new Game();
            List<V1.PlayBeatRequest> sent = Script.Plays(game.Script, MediaBeat.Of("Hello there, friend."));
            Task<BeatOutcome> beat = game.Player.PlayAsync(Game.Beat());
            var typed = new List<string>();
            game.Until(() =>
            {
                typed.Add(game.Line.text);
                return Engine.All<AudioSource>().Any(source => source.isPlaying);
            });
            Assert.Contains("Hello", typed.Last());
            Assert.True(typed.Distinct().Count() > 3, "the line came at once");
            Assert.Equal("Ada", game.Speaker.text);
            Assert.Equal(2, Engine.All<SpriteRenderer>().Count);
            GameObject ada = game.Player.Views.Stage!.Find("Ada")!;
            Assert.Equal((0f, (48 - 67) / 10f), (ada.transform.localPosition.x, ada.transform.localPosition.y));
            Assert.Equal("b", game.Player.BeatId);
            Assert.Equal(BeatOutcome.Finished, game.Outcome(beat));
            Assert.Equal(new[] { "started", "Ada:", "Hello there, friend.", "finished" }, game.Told);
            Assert.Equal("", game.Line.text);
            Assert.Equal(game.Player.SessionId, Assert.Single(sent).SessionId);
            Assert.Equal(V1.PictureEncoding.Rgba32, sent[0].Media.SpriteFormat.Encoding);
            game.Frames(10);
            Assert.DoesNotContain(Engine.All<AudioClip>(), clip => clip.name == "rain");
        }

        [Fact]
        public void Queued_beats_follow_one_another_and_a_third_is_dropped()
        {
            using var game = new Game();
            Task<BeatOutcome>[] beats = new[] { "One.", "Two.", "Three.", "Four." }
                .Select(line => game.Player.PlayAsync(Game.Baked(line))).ToArray();
            Assert.Equal((true, 2), (game.Player.IsPlaying, game.Player.Waiting));
            Assert.Equal(BeatOutcome.Dropped, game.Outcome(beats[3]));
            Assert.Equal(BeatOutcome.Finished, game.Outcome(beats[2]));
            Assert.All(beats.Take(2), beat => Assert.Equal(BeatOutcome.Finished, game.Outcome(beat)));
            Assert.Equal(new[] { "One.", "Two.", "Three." }, game.Told.Where(one => one.EndsWith('.')));
        }

        [Fact]
        public void An_interrupting_beat_ends_the_one_that_plays_and_cancels_its_call()
        {
            using var game = new Game();
            CancellationToken call = default;
            game.Script.AnswerStream<V1.PlayBeatRequest, V1.PlayBeatResponse>(Script.PlayBeat, (_, stop) =>
            {
                call = stop;
                return Stall(MediaBeat.Of("Hello there."), 8, stop);
            });
            game.Player.Overlap = OverlapPolicy.Interrupt;
            Task<BeatOutcome> first = game.Player.PlayAsync(Game.Beat());
            game.Until(() => game.Told.Contains("Ada:"));
            Task<BeatOutcome> second = game.Player.PlayAsync(Game.Baked("Stop."));
            Assert.Equal(BeatOutcome.Interrupted, game.Outcome(first));
            game.Until(() => call.IsCancellationRequested);
            Assert.Equal(BeatOutcome.Finished, game.Outcome(second));
            Assert.Equal(new[] { "started", "Ada:", "started", "Mira:", "Stop.", "finished" }, game.Told);
        }

        [Fact]
        public void With_drop_only_the_first_plays_and_by_priority_the_higher_takes_over()
        {
            using var game = new Game();
            game.Player.Overlap = OverlapPolicy.Drop;
            Task<BeatOutcome> low = game.Player.PlayAsync(Game.Baked("Low."));
            Assert.Equal(BeatOutcome.Dropped, game.Outcome(game.Player.PlayAsync(Game.Baked("Dropped."), 9)));
            game.Player.Overlap = OverlapPolicy.Priority;
            Task<BeatOutcome> equal = game.Player.PlayAsync(Game.Baked("Equal."));
            Task<BeatOutcome> high = game.Player.PlayAsync(Game.Baked("High."), 1);
            Assert.Equal(BeatOutcome.Interrupted, game.Outcome(low));
            Assert.Equal(BeatOutcome.Finished, game.Outcome(equal));
            Assert.Equal(BeatOutcome.Finished, game.Outcome(high));
            Assert.Equal(new[] { "High.", "Equal." }, game.Told.Where(one => one.EndsWith('.')));
        }

        [Fact]
        public void A_paused_beat_stands_still_with_its_sound_and_goes_on()
        {
            using var game = new Game();
            Script.Plays(game.Script, MediaBeat.Of("Hello there, friend.", sound: WavTest.File(1, 16, 1, new byte[88200])));
            Task<BeatOutcome> beat = game.Player.PlayAsync(Game.Beat());
            game.Until(() => Engine.All<AudioSource>().Any(source => source.isPlaying));
            game.Player.Paused = true;
            string before = game.Line.text;
            game.Frames(100);
            Assert.Equal((before, false), (game.Line.text, beat.IsCompleted));
            Assert.True(Assert.Single(Engine.All<AudioSource>()).IsPaused);
            game.Player.Paused = false;
            Assert.True(Assert.Single(Engine.All<AudioSource>()).isPlaying);
            Assert.Equal(BeatOutcome.Finished, game.Outcome(beat));
        }

        [Fact]
        public void Skip_shows_the_rest_of_the_line_and_then_ends_it()
        {
            using var game = new Game();
            Task<BeatOutcome> beat = game.Player.PlayAsync(Game.Baked("A line of quite a few words.", "Another."));
            game.Frames(2);
            Assert.NotEqual("A line of quite a few words.", game.Line.text);
            game.Player.Skip();
            game.Frames(1);
            Assert.Equal(("A line of quite a few words.", 2), (game.Line.text, game.Told.Count));
            game.Player.Skip();
            game.Frames(1, 1);
            Assert.Equal("A line of quite a few words.", game.Told[2]);
            Assert.Equal(BeatOutcome.Finished, game.Outcome(beat));
        }

        [Fact]
        public void A_held_line_stays_until_the_player_goes_on()
        {
            using var game = new Game();
            game.Player.HoldLines = true;
            Task<BeatOutcome> beat = game.Player.PlayAsync(Game.Baked("Wait."));
            game.Frames(400);
            Assert.Equal(("Wait.", false), (game.Line.text, beat.IsCompleted));
            game.Player.Skip();
            Assert.Equal(BeatOutcome.Finished, game.Outcome(beat));
        }

        [Theory]
        [InlineData(false)]
        [InlineData(true)]
        public void A_beat_plays_on_at_time_scale_zero_only_when_asked_to(bool unscaled)
        {
            using var game = new Game();
            Game.SetField(game.Player, "_unscaledTime", unscaled);
            Time.timeScale = 0;
            Task<BeatOutcome> beat = game.Player.PlayAsync(Game.Baked("Tick."));
            game.Frames(60);
            Assert.Equal(unscaled, beat.IsCompleted);
        }

        [Fact]
        public void Destroying_the_player_cancels_the_call_and_leaves_no_texture_or_clip()
        {
            using var game = new Game();
            CancellationToken call = default;
            game.Script.AnswerStream<V1.PlayBeatRequest, V1.PlayBeatResponse>(Script.PlayBeat, (_, stop) =>
            {
                call = stop;
                return Stall(MediaBeat.Of("Hello there."), 6, stop); // pictures and sound, and no line yet
            });
            Task<BeatOutcome> first = game.Player.PlayAsync(Game.Beat());
            Task<BeatOutcome> waiting = game.Player.PlayAsync(Game.Beat());
            game.Until(() => Engine.All<Texture2D>().Count == 2 && Engine.All<AudioClip>().Count == 1);
            UnityEngine.Object.Destroy(game.Scene);
            Assert.Equal(BeatOutcome.Interrupted, game.Outcome(first));
            Assert.Equal(BeatOutcome.Dropped, game.Outcome(waiting));
            game.Until(() => call.IsCancellationRequested);
            game.Frames(2);
            Assert.Empty(Engine.All<Texture2D>());
            Assert.Empty(Engine.All<AudioClip>());
        }

        [Fact]
        public void Views_that_are_destroyed_take_their_textures_and_sounds_with_them()
        {
            using var game = new Game();
            Script.Plays(game.Script, MediaBeat.Of("Hello there."));
            Assert.Equal(BeatOutcome.Finished, game.Outcome(game.Player.PlayAsync(Game.Beat())));
            Assert.Equal(2, Engine.All<Texture2D>().Count); // they stay between beats
            UnityEngine.Object.Destroy(game.Player.Views.Background!.gameObject);
            UnityEngine.Object.Destroy(game.Player.Views.Stage!.gameObject);
            UnityEngine.Object.Destroy(game.Player.Views.Sounds!.gameObject);
            game.Frames(2);
            Assert.Empty(Engine.All<Texture2D>());
            Assert.Empty(Engine.All<Sprite>());
            Assert.Empty(Engine.All<AudioClip>());
        }

        [Fact]
        public void A_token_and_stop_end_beats_that_play_and_that_wait()
        {
            using var game = new Game();
            using var cancel = new CancellationTokenSource();
            Task<BeatOutcome> first = game.Player.PlayAsync(Game.Baked("One."), cancellationToken: cancel.Token);
            Task<BeatOutcome> second = game.Player.PlayAsync(Game.Baked("Two."));
            Task<BeatOutcome> third = game.Player.PlayAsync(Game.Baked("Three."));
            game.Frames(1);
            cancel.Cancel();
            Assert.Equal(BeatOutcome.Interrupted, game.Outcome(first));
            game.Player.Stop();
            Assert.Equal(BeatOutcome.Interrupted, game.Outcome(second));
            Assert.Equal((BeatOutcome.Dropped, false), (game.Outcome(third), game.Player.IsPlaying));
        }

        [Fact]
        public void A_listener_may_stop_the_player_or_raise_the_next_beat()
        {
            using var game = new Game();
            Task<BeatOutcome>? next = null;
            game.Player.Events.LineEnded.AddListener(words =>
            {
                if (words == "One.")
                {
                    game.Player.Stop();
                    next = game.Player.PlayAsync(Game.Baked("Two."));
                }
            });
            Assert.Equal(BeatOutcome.Interrupted, game.Outcome(game.Player.PlayAsync(Game.Baked("One."))));
            Assert.Equal(BeatOutcome.Finished, game.Outcome(next!));
        }

        [Fact]
        public void Textures_come_within_a_budget_a_frame_and_one_at_least()
        {
            using var game = new Game();
            Game.SetField(game.Connection.Settings, "_uploadKiBPerFrame", 16);
            List<V1.BeatEvent> events = Script.Beat("b", "Hello there.").Select(one => one.Event).ToList();
            for (int index = 0; index < 6; index++)
            {
                var picture = new V1.Picture
                {
                    WidthPx = 48, HeightPx = 64, Encoding = V1.PictureEncoding.Rgba32,
                    Data = Google.Protobuf.ByteString.CopyFrom(new byte[48 * 64 * 4]),
                };
                events.Insert(1, new V1.BeatEvent { Sprite = new V1.SpriteReady { Key = $"s{index}", Picture = picture } });
            }

            Script.Plays(game.Script, Script.Numbered(events));
            Assert.Equal(BeatOutcome.Finished, game.Outcome(game.Player.PlayAsync(Game.Beat())));
            Assert.Equal(6 * 48 * 64 * 4, Engine.UploadedBytes.Sum());
            Assert.Equal(48 * 64 * 4, Engine.UploadedBytes.Max());
        }

        [Fact]
        public void The_games_own_exceptions_do_not_hold_a_beat_up()
        {
            using var game = new Game();
            game.Player.Events.LineStarted.AddListener(_ => throw new InvalidOperationException("a mistake of the game"));
            Task<BeatOutcome> beat = game.Player.PlayAsync(Game.Baked("One.", "Two."));
            Assert.Equal(BeatOutcome.Finished, game.Outcome(beat));
            Assert.Equal(2, Engine.Errors.Count(error => error.Contains("a mistake of the game")));
            Engine.Errors.Clear();
        }

        /// <summary>Sends so many events, then nothing until it is cancelled.</summary>
        private static async IAsyncEnumerable<V1.PlayBeatResponse> Stall(
            IEnumerable<V1.PlayBeatResponse> events, int count, [EnumeratorCancellation] CancellationToken stop)
        {
            foreach (V1.PlayBeatResponse told in events.Take(count))
            {
                yield return told;
            }

            await Task.Delay(Timeout.Infinite, stop);
        }
    }
}
