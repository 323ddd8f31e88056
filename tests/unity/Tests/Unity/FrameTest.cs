using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using System.Xml.Linq;
using Xunit;

namespace Narrative.Tests
{
    public sealed class FrameTimeTest
    {
        private DateTime _now = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

        [Fact]
        public void Completes_a_wait_in_the_first_tick_after_its_time()
        {
            var time = new FrameTime(() => _now);
            Task wait = time.DelayAsync(TimeSpan.FromSeconds(2), default);
            _now += TimeSpan.FromSeconds(1.9);
            time.Tick();
            Assert.False(wait.IsCompleted);
            _now += TimeSpan.FromSeconds(0.1);
            time.Tick();
            Assert.True(wait.IsCompletedSuccessfully);
            Assert.Equal(0, time.Count);
        }

        [Fact]
        public void A_cancelled_wait_ends_at_once_and_leaves_nothing()
        {
            var time = new FrameTime(() => _now);
            using var cancel = new CancellationTokenSource();
            Task wait = time.DelayAsync(TimeSpan.FromDays(1), cancel.Token);
            cancel.Cancel();
            Assert.True(wait.IsCanceled);
            Assert.True(time.DelayAsync(TimeSpan.FromDays(1), cancel.Token).IsCanceled);
            Assert.True(time.DelayAsync(TimeSpan.Zero, cancel.Token).IsCanceled);
            Assert.Equal(0, time.Count);
        }

        [Fact]
        public async Task A_wait_may_be_asked_for_while_others_complete()
        {
            var time = new FrameTime(() => _now);
            async Task<int> TwiceAsync()
            {
                await time.DelayAsync(TimeSpan.FromSeconds(1), default);
                await time.DelayAsync(TimeSpan.FromSeconds(1), default);
                return 2;
            }

            Task<int> twice = TwiceAsync();
            for (int tick = 0; tick < 1000 && !twice.IsCompleted; tick++)
            {
                _now += TimeSpan.FromSeconds(1);
                time.Tick();
                await Task.Yield();
            }

            Assert.True(twice.IsCompletedSuccessfully);
        }
    }

    public sealed class BeatFeedTest
    {
        [Fact]
        public async Task Hands_on_events_in_order_and_a_medium_that_does_not_decode_fails_alone()
        {
            var logged = new List<string>();
            object? Prepare(BeatEvent told) => told.Kind == BeatEventKind.Narration && told.Narration == "broken"
                ? throw new FormatException("odd") : told.Kind;
            BeatFeed feed = BeatFeed.Start(StreamAsync("broken", "whole"), Prepare, logged.Add, true, default);
            List<FedEvent> fed = await DrainAsync(feed);
            Assert.Equal(new[] { "broken", "whole" }, fed.Select(one => one.Told.Narration));
            Assert.Equal(new object?[] { null, BeatEventKind.Narration }, fed.Select(one => one.Medium));
            Assert.Contains("odd", Assert.Single(logged));
            Assert.Null(feed.Failure);
        }

        [Fact]
        public async Task Tells_a_broken_stream_after_what_came_of_it()
        {
            BeatFeed feed = BeatFeed.Start(StreamAsync("one", "throw"), _ => null, _ => { }, false, default);
            Assert.Single(await DrainAsync(feed));
            Assert.Equal(NarrativeErrorCode.Unavailable, Assert.IsType<NarrativeException>(feed.Failure).Code);
        }

        [Fact]
        public async Task An_event_costs_no_memory_once_the_queue_has_grown()
        {
            BeatFeed feed = BeatFeed.Of(Enumerable.Range(0, 3000).Select(index => BeatEvent.OfDelta(index, 0, "word ")).ToList());
            var clock = new BeatClock();
            clock.Feed(BeatEvent.Of(BeatEventKind.LineStarted, 0, new LineStarted(0, "Mira", Emotion.Joy)));
            var line = new TypedLine();
            line.Append(new string('x', 20000));
            line.Clear();
            void Take(int count)
            {
                while (count-- > 0 && feed.TryTake(out FedEvent fed))
                {
                    clock.Feed(fed.Told);
                    line.Append(fed.Told.LineDelta.Text);
                    clock.Advance(10);
                }
            }

            Take(100);
            long before = GC.GetAllocatedBytesForCurrentThread();
            Take(2000);
            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
            Assert.Equal(2100 * 5, line.Length);
            await Task.CompletedTask;
        }

        private static async IAsyncEnumerable<BeatEvent> StreamAsync(params string[] captions)
        {
            foreach (string caption in captions)
            {
                await Task.Yield();
                if (caption == "throw")
                {
                    throw new NarrativeException(NarrativeErrorCode.Unavailable, "gone");
                }

                yield return BeatEvent.Of(BeatEventKind.Narration, 0, caption);
            }
        }

        private static async Task<List<FedEvent>> DrainAsync(BeatFeed feed)
        {
            var all = new List<FedEvent>();
            DateTime limit = DateTime.UtcNow + TimeSpan.FromSeconds(60);
            while (!feed.Ended)
            {
                Assert.True(DateTime.UtcNow < limit, "the feed never ended");
                while (feed.TryTake(out FedEvent fed))
                {
                    all.Add(fed);
                }

                await Task.Delay(1);
            }

            return all;
        }
    }

    public sealed class TypedLineTest
    {
        [Fact]
        public void Never_tears_a_pair_that_makes_one_character()
        {
            var line = new TypedLine();
            line.Append("a\U0001F525b");
            Assert.Equal(new[] { 0, 1, 3, 3, 4, 4 }, new[] { 0, 1, 2, 3, 4, 9 }.Select(line.Whole));
            Assert.Equal("a\U0001F525", line.Start(line.Whole(2)));
        }

        [Fact]
        public void Grows_with_its_text_and_takes_the_whole_line_last()
        {
            var line = new TypedLine();
            line.Append(new string('a', 1000));
            line.Append("b");
            Assert.Equal(1001, line.Length);
            line.Set("short");
            Assert.Equal("short", line.Start(99));
        }

        [Fact]
        public void Blips_for_letters_only_and_not_too_often()
        {
            var line = new TypedLine();
            line.Append("ab, c");
            var blips = new Blips();
            Assert.True(blips.Advance(line, 1, 0, 50));
            Assert.False(blips.Advance(line, 2, 20, 50));
            Assert.False(blips.Advance(line, 4, 100, 50)); // a comma and a space
            Assert.True(blips.Advance(line, 5, 120, 50));
            Assert.False(blips.Advance(line, 5, 500, 50));
            blips.Reset();
            Assert.True(blips.Advance(line, 99, 501, 50));
        }
    }

    public sealed class LinkXmlTest
    {
        [Fact]
        public void Keeps_the_assemblies_that_reflection_needs()
        {
            var names = XDocument.Parse(LinkXml.Text()).Root!.Elements("assembly").Select(one => one.Attribute("fullname")!.Value).ToList();
            Assert.Contains("Google.Protobuf", names);
            Assert.Contains(typeof(V1.PlayBeatRequest).Assembly.GetName().Name, names);
            Assert.Contains(typeof(NarrativeClient).Assembly.GetName().Name, names);
        }

        [Theory]
        [InlineData("The player enters: the *mill*", "The_player_enters_the_mill")]
        [InlineData("../../etc", "etc")]
        [InlineData("...", "beat")]
        [InlineData("", "beat")]
        public void Names_files_safely(string words, string name) => Assert.Equal(name, AssetName.Of(words));
    }
}
