using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Google.Protobuf;
using Grpc.Core;
using Xunit;

namespace Narrative.Tests
{
    public sealed class BeatStreamTest
    {
        [Fact]
        public void Tells_a_whole_beat_in_order() => Script.OnOneThread(async () =>
        {
            ScriptedInvoker script = Script.Server();
            List<V1.PlayBeatRequest> sent = Script.Plays(script, Script.Beat("b", "Hello there.", "Good day."));
            using NarrativeClient client = await Script.ConnectAsync(script);
            List<BeatEvent> told = await Script.ListAsync(client.PlayBeatAsync(Script.Request()));
            Assert.Equal(Enumerable.Range(0, told.Count), told.Select(one => one.Sequence));
            string text = string.Concat(told.Where(one => one.Kind == BeatEventKind.LineDelta && one.LineDelta.Index == 0)
                .Select(one => one.LineDelta.Text));
            Assert.Equal("Hello there.", text);
            Assert.Equal(BeatEventKind.Finished, told[^1].Kind);
            Assert.NotEmpty(Assert.Single(sent).IdempotencyKey);
        });

        [Fact]
        public void Goes_on_where_it_broke_when_the_server_has_the_finished_beat() => Script.OnOneThread(async () =>
        {
            ScriptedInvoker script = Script.Server();
            IEnumerable<V1.PlayBeatResponse> whole = Script.Beat("b", "Hello there.").ToList();
            List<V1.PlayBeatRequest> sent = Script.Plays(script, Script.Broken(whole, 3), whole);
            var time = new ManualTime();
            using NarrativeClient client = await Script.ConnectAsync(script, time);
            List<BeatEvent> told = await time.Through(Script.ListAsync(client.PlayBeatAsync(Script.Request())));
            Assert.Equal(Enumerable.Range(0, whole.Count()), told.Select(one => one.Sequence));
            Assert.Equal(2, sent.Count);
            Assert.Equal(sent[0], sent[1]);
        });

        [Fact]
        public void Says_so_when_the_server_plays_the_beat_anew() => Script.OnOneThread(async () =>
        {
            ScriptedInvoker script = Script.Server();
            Script.Plays(script, Script.Broken(Script.Beat("b", "Hello there."), 3), Script.Beat("c", "Other words."));
            var time = new ManualTime();
            using NarrativeClient client = await Script.ConnectAsync(script, time);
            List<BeatEvent> told = await time.Through(Script.ListAsync(client.PlayBeatAsync(Script.Request())));
            int restart = told.FindIndex(one => one.Kind == BeatEventKind.Restarted);
            Assert.Equal(3, restart);
            Assert.Equal("c", told[restart + 1].Accepted.BeatId);
            Assert.Equal("Other words.", told.Single(one => one.Kind == BeatEventKind.LineFinished).LineFinished.Text);
        });

        [Fact]
        public void A_stream_that_ends_before_the_beat_is_an_error_and_not_an_end() => Script.OnOneThread(async () =>
        {
            ScriptedInvoker script = Script.Server();
            Script.Plays(script, Script.Beat("b", "Hello there.").Take(4));
            using NarrativeClient client = await Script.ConnectAsync(
                script, null, new NarrativeClientOptions { Retries = new RetryPolicy(1) });
            var error = await Assert.ThrowsAsync<NarrativeException>(
                () => Script.ListAsync(client.PlayBeatAsync(Script.Request())));
            Assert.Equal(NarrativeErrorCode.DataLoss, error.Code);
        });

        [Fact]
        public void Gives_up_after_as_many_tries_as_the_policy_has() => Script.OnOneThread(async () =>
        {
            ScriptedInvoker script = Script.Server();
            List<V1.PlayBeatRequest> sent = Script.Plays(script, Script.Broken(Script.Beat("b"), 0));
            var time = new ManualTime();
            using NarrativeClient client = await Script.ConnectAsync(
                script, time, new NarrativeClientOptions { Retries = new RetryPolicy(4, 100, 1000) });
            time.Delays.Clear();
            var error = await Assert.ThrowsAsync<NarrativeException>(
                () => time.Through(Script.ListAsync(client.PlayBeatAsync(Script.Request()))));
            Assert.Equal((NarrativeErrorCode.Unavailable, 4), (error.Code, sent.Count));
            Assert.Equal(3, time.Delays.Count);
            Assert.InRange(time.Delays[0].TotalMilliseconds, 80, 120);
            Assert.InRange(time.Delays[2].TotalMilliseconds, 320, 480);
        });

        [Fact]
        public void Events_of_an_unknown_kind_are_left_out_and_logged_once() => Script.OnOneThread(async () =>
        {
            ScriptedInvoker script = Script.Server();
            List<V1.BeatEvent> events = Script.Beat("b", "Hello there.").Select(one => one.Event).ToList();
            V1.BeatEvent unknown = V1.BeatEvent.Parser.ParseFrom(new byte[] { 0xfa, 0x07, 0 }); // field 127, a message
            events.Insert(1, unknown);
            events.Insert(2, unknown.Clone());
            Script.Plays(script, Script.Numbered(events));
            var log = new List<string>();
            using NarrativeClient client = await Script.ConnectAsync(script, null, new NarrativeClientOptions { Log = log.Add });
            List<BeatEvent> told = await Script.ListAsync(client.PlayBeatAsync(Script.Request()));
            Assert.Equal(events.Count - 2, told.Count);
            Assert.Contains("kind", Assert.Single(log));
        });

        [Fact]
        public void Fallback_lines_are_played_when_the_server_cannot() => Script.OnOneThread(async () =>
        {
            ScriptedInvoker script = Script.Server();
            Script.Plays(script, Script.Broken(Script.Beat("b", "Hello there."), 1));
            var time = new ManualTime();
            using NarrativeClient client = await Script.ConnectAsync(script, time);
            BeatRequest request = Script.Request();
            request.FallbackLines.Add(new FallbackLine("Ada", "We should go inside."));
            List<BeatEvent> told = await time.Through(Script.ListAsync(client.PlayBeatAsync(request)));
            Assert.Equal(BeatEventKind.Restarted, told[1].Kind);
            Assert.Equal("We should go inside.", told.Single(one => one.Kind == BeatEventKind.LineFinished).LineFinished.Text);
            Assert.Equal(NarrativeErrorCode.Unavailable, told[^1].Finished.FallbackReason!.Code);
        });

        [Fact]
        public void Fallback_lines_do_not_hide_a_wrong_request() => Script.OnOneThread(async () =>
        {
            ScriptedInvoker script = Script.Server();
            Script.Plays(script, Script.Broken(Script.Beat("b", "Hello there."), 0, StatusCode.InvalidArgument));
            using NarrativeClient client = await Script.ConnectAsync(script);
            BeatRequest request = Script.Request();
            request.FallbackLines.Add(new FallbackLine("Ada", "We should go inside."));
            var error = await Assert.ThrowsAsync<NarrativeException>(() => Script.ListAsync(client.PlayBeatAsync(request)));
            Assert.Equal(NarrativeErrorCode.InvalidArgument, error.Code);
        });

        [Theory]
        [InlineData(2, "\u2026", 2)] // a line was begun, without a word
        [InlineData(3, "Hello|\u2026", 2)] // within the first line
        [InlineData(5, "Hello| there.", 1)] // between the lines
        [InlineData(7, "Hello| there.|Good|\u2026", 1)] // within the second
        public void What_was_told_stands_and_the_fallback_lines_from_there_on_follow(int after, string told, int fallbacks) =>
            Script.OnOneThread(async () =>
            {
                ScriptedInvoker script = Script.Server();
                Script.Plays(script, Script.Broken(Script.Beat("b", "Hello there.", "Good day."), after, StatusCode.Internal));
                using NarrativeClient client = await Script.ConnectAsync(script);
                BeatRequest request = Script.Request();
                request.FallbackLines.Add(new FallbackLine("Ben", "First."));
                request.FallbackLines.Add(new FallbackLine("Ben", "Second."));
                List<BeatEvent> events = await Script.ListAsync(client.PlayBeatAsync(request));
                Assert.DoesNotContain(events, one => one.Kind == BeatEventKind.Restarted);
                string[] deltas = events.Where(one => one.Kind == BeatEventKind.LineDelta).Select(one => one.LineDelta.Text).ToArray();
                string[] rest = new[] { "First.", "Second." }.Skip(2 - fallbacks).ToArray();
                Assert.Equal(told.Split('|').Concat(rest), deltas);
                int[] started = events.Where(one => one.Kind == BeatEventKind.LineStarted).Select(one => one.LineStarted.Index).ToArray();
                Assert.Equal(Enumerable.Range(0, started.Length), started);
                Assert.Equal(NarrativeErrorCode.Internal, events[^1].Finished.FallbackReason!.Code);
                Assert.Equal(BeatState.Partial, events[^1].Finished.State);
            });

        [Fact]
        public void Past_the_last_fallback_line_the_beat_just_ends() => Script.OnOneThread(async () =>
        {
            ScriptedInvoker script = Script.Server();
            Script.Plays(script, Script.Broken(Script.Beat("b", "Hello there.", "Good day."), 5, StatusCode.Internal));
            using NarrativeClient client = await Script.ConnectAsync(script);
            BeatRequest request = Script.Request();
            request.FallbackLines.Add(new FallbackLine("Ben", "Only."));
            List<BeatEvent> events = await Script.ListAsync(client.PlayBeatAsync(request));
            Assert.Equal("Hello there.", events.Single(one => one.Kind == BeatEventKind.LineFinished).LineFinished.Text);
            Assert.Equal(BeatEventKind.Finished, events[5].Kind);
        });

        [Fact]
        public void Leaving_the_loop_early_cancels_the_call() => Script.OnOneThread(async () =>
        {
            ScriptedInvoker script = Script.Server();
            CancellationToken seen = default;
            script.AnswerStream<V1.PlayBeatRequest, V1.PlayBeatResponse>(Script.PlayBeat, (_, stop) =>
            {
                seen = stop;
                return Script.Stream(Script.Beat("b", "Hello there."));
            });
            using NarrativeClient client = await Script.ConnectAsync(script);
            await foreach (BeatEvent told in client.PlayBeatAsync(Script.Request()))
            {
                break;
            }

            Assert.True(seen.IsCancellationRequested);
        });

        [Fact]
        public void A_handle_raises_the_same_events_where_it_was_played() => Script.OnOneThread(async () =>
        {
            ScriptedInvoker script = Script.Server();
            Script.Plays(script, Script.Beat("b", "Hello there."));
            using NarrativeClient client = await Script.ConnectAsync(script);
            int thread = Environment.CurrentManagedThreadId;
            BeatHandle handle = client.OpenBeat(Script.Request());
            var words = new List<string>();
            handle.AnyEvent += _ => Assert.Equal(thread, Environment.CurrentManagedThreadId);
            handle.LineDelta += delta => words.Add(delta.Text);
            handle.LineFinished += line => words.Add($"[{line.Text}]");
            BeatFinished finished = await handle.PlayAsync();
            Assert.Equal(new[] { "Hello", " there.", "[Hello there.]" }, words);
            Assert.Equal(BeatState.Complete, finished.State);
            await Assert.ThrowsAsync<InvalidOperationException>(() => handle.PlayAsync());
        });

        [Fact]
        public void A_handle_is_cancelled_from_within_its_events() => Script.OnOneThread(async () =>
        {
            ScriptedInvoker script = Script.Server();
            Script.Plays(script, Script.Beat("b", "Hello there."));
            using NarrativeClient client = await Script.ConnectAsync(script);
            BeatHandle handle = client.OpenBeat(Script.Request());
            handle.LineStarted += _ => handle.Cancel();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => handle.PlayAsync());
        });

        [Fact]
        public void Media_of_a_beat_are_found_in_the_cache() => Script.OnOneThread(async () =>
        {
            ScriptedInvoker script = Script.Server();
            List<V1.BeatEvent> events = Script.Beat("b").Select(one => one.Event).ToList();
            var picture = new V1.Picture { AssetId = "a1", Data = ByteString.CopyFrom(1, 2, 3), WidthPx = 32 };
            events.Insert(1, new V1.BeatEvent { Background = new V1.BackgroundReady { Key = "place", Picture = picture } });
            Script.Plays(script, Script.Numbered(events));
            using NarrativeClient client = await Script.ConnectAsync(script);
            await Script.ListAsync(client.PlayBeatAsync(Script.Request()));
            Assert.True(client.Cache.TryGetPicture("a1", out Picture? found));
            Assert.Equal(32, found!.WidthPx);
        });

        [Fact]
        public void Reading_an_event_as_another_kind_says_what_it_is()
        {
            var error = Assert.Throws<InvalidOperationException>(() => BeatEvent.OfDelta(0, 0, "words").Finished);
            Assert.Equal("This event is LineDelta, not Finished.", error.Message);
        }

        [Fact]
        public void A_request_that_no_message_can_carry_names_its_field() => Script.OnOneThread(async () =>
        {
            using NarrativeClient client = await Script.ConnectAsync(Script.Server());
            BeatRequest request = Script.Request();
            request.MaxLines = -1;
            var error = Assert.Throws<ArgumentException>(() => client.PlayBeatAsync(request));
            Assert.Equal("max_lines is -1; legal: 0 or more.", error.Message);
        });
    }
}
