using System;
using System.Collections.Generic;
using System.Linq;
using Xunit;

namespace Narrative.Tests
{
    public sealed class MediaCacheTest
    {
        [Fact]
        public void Drops_what_was_used_longest_ago_when_it_is_full()
        {
            var cache = new MediaCache(100);
            cache.Add(Picture("a", 40));
            cache.Add(Picture("b", 40));
            Assert.True(cache.TryGetPicture("a", out _));
            cache.Add(Picture("c", 40));
            Assert.Equal((true, false, true), (Has(cache, "a"), Has(cache, "b"), Has(cache, "c")));
            Assert.Equal(80, cache.Bytes);
        }

        [Fact]
        public void Keeps_nothing_that_is_too_large_unstored_or_empty()
        {
            var cache = new MediaCache(100);
            cache.Add(Picture("big", 101));
            cache.Add(Picture("", 10));
            cache.Add(Picture("described", 0));
            Assert.Equal(0, cache.Bytes);
            Assert.False(Has(cache, "big") || Has(cache, "") || Has(cache, "described"));
        }

        [Fact]
        public void The_same_asset_counts_once()
        {
            var cache = new MediaCache(100);
            cache.Add(Picture("a", 40));
            cache.Add(Picture("a", 50));
            Assert.Equal(50, cache.Bytes);
            cache.Clear();
            Assert.Equal((0, false), ((int)cache.Bytes, Has(cache, "a")));
        }

        private static bool Has(MediaCache cache, string id) => cache.TryGetPicture(id, out _);

        private static Picture Picture(string id, int bytes) =>
            new Picture(id, new byte[bytes], PictureEncoding.Png, 32, 32, null, Facing.Unknown, 0.5f, 1, "", 0);
    }

    public sealed class OfflineBeatTest
    {
        [Fact]
        public void Fallback_lines_play_on_a_clock_like_any_beat()
        {
            BeatRequest request = Script.Request();
            request.FallbackLines.Add(new FallbackLine("Ada", "One two three four five."));
            request.FallbackLines.Add(new FallbackLine("Ben", "Six.", Emotion.Anger));
            IReadOnlyList<BeatEvent> events = OfflineBeat.Play(request, new NarrativeException(NarrativeErrorCode.Unavailable, "gone"));
            var clock = new BeatClock();
            var told = new List<string>();
            clock.LineStarted += line => told.Add($"{clock.NowMs:0} {line}");
            clock.Finished += () => told.Add($"{clock.NowMs:0} finished");
            foreach (BeatEvent one in events)
            {
                clock.Feed(one);
            }

            for (int step = 0; step < 400; step++)
            {
                clock.Advance(10);
            }

            Assert.Equal(new[] { "10 0", "2290 1", "2890 finished" }, told);
            Assert.Equal(new[] { "Ada", "Ben" }, events[0].Accepted.Plan.Present);
        }

        [Fact]
        public void A_line_without_words_is_refused() => Assert.Throws<ArgumentException>(() => new FallbackLine("Ada", "  "));
    }

    public sealed class RetryPolicyTest
    {
        [Theory]
        [InlineData(NarrativeErrorCode.Unavailable, true, false, true)]
        [InlineData(NarrativeErrorCode.Unavailable, false, false, false)]
        [InlineData(NarrativeErrorCode.Unavailable, false, true, true)]
        [InlineData(NarrativeErrorCode.ResourceExhausted, true, false, false)]
        [InlineData(NarrativeErrorCode.ResourceExhausted, false, true, true)]
        [InlineData(NarrativeErrorCode.Aborted, true, true, true)]
        [InlineData(NarrativeErrorCode.DataLoss, true, false, true)]
        [InlineData(NarrativeErrorCode.Internal, true, true, false)]
        [InlineData(NarrativeErrorCode.InvalidArgument, true, true, false)]
        public void Tries_again_only_where_it_may_help_and_does_no_harm(NarrativeErrorCode code, bool safe, bool hint, bool again)
        {
            var failure = new NarrativeException(code, "it failed", null, hint ? TimeSpan.FromMilliseconds(10) : (TimeSpan?)null);
            Assert.Equal(again, new RetryPolicy().DelayAfter(1, failure, safe, 0.5) != null);
        }

        [Fact]
        public void Waits_double_up_to_the_longest_and_at_least_as_the_server_says()
        {
            var policy = new RetryPolicy(10, 100, 1000);
            var failure = new NarrativeException(NarrativeErrorCode.Unavailable, "gone");
            double[] waits = Enumerable.Range(1, 5).Select(one => policy.DelayAfter(one, failure, true, 0.5)!.Value.TotalMilliseconds).ToArray();
            Assert.Equal(new double[] { 100, 200, 400, 800, 1000 }, waits.Select(one => Math.Round(one)));
            var hinted = new NarrativeException(NarrativeErrorCode.Unavailable, "busy", null, TimeSpan.FromSeconds(7));
            Assert.Equal(TimeSpan.FromSeconds(7), policy.DelayAfter(1, hinted, true, 0.5));
            Assert.Null(policy.DelayAfter(10, failure, true, 0.5));
        }

        [Fact]
        public void A_policy_that_is_none_is_refused()
        {
            Assert.Contains("maxAttempts is 0", Assert.Throws<ArgumentOutOfRangeException>(() => new RetryPolicy(0)).Message);
            Assert.Contains("legal: firstDelayMs (500)", Assert.Throws<ArgumentOutOfRangeException>(() => new RetryPolicy(2, 500, 400)).Message);
        }
    }
}
