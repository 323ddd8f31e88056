using System;
using System.Collections.Generic;
using System.Linq;
using Xunit;

namespace Narrative.Tests
{
    public sealed class BeatClockTest
    {
        private readonly BeatClock _clock = new BeatClock();
        private readonly List<string> _told = new List<string>();

        public BeatClockTest()
        {
            _clock.LineStarted += line => Tell($"line {line}");
            _clock.LineEnded += line => Tell($"end {line}");
            _clock.CueReached += cue => Tell(cue.Key);
            _clock.SoundDropped += cue => Tell($"no {cue.Key}");
            _clock.Finished += () => Tell("finished");
        }

        [Fact]
        public void Plays_cues_at_their_moments()
        {
            Line(0, "One two three four", 1000);
            Line(1, "Five six", 800, gapMs: 350);
            Cues(Cue(CueTarget.Background, "place", 0, AnchorEdge.Start), Cue(CueTarget.Sound, "door", 0, AnchorEdge.End, 100),
                Cue(CueTarget.Sound, "bell", 1, AnchorEdge.Word, 0, word: 1), Cue(CueTarget.Sprite, "ada", 1, AnchorEdge.Start, -200));
            End();
            Run(2600, 50);
            Assert.Equal(
                new[] { "0 line 0", "0 place", "1000 end 0", "1100 door", "1150 ada", "1350 line 1", "1850 bell", "2150 end 1", "2150 finished" },
                _told);
        }

        [Fact]
        public void Starts_before_the_end_is_known_and_waits_for_what_is_late()
        {
            Feed(Of(BeatEventKind.LineStarted, new LineStarted(0, "Ada", Emotion.Joy)));
            Run(500, 100);
            Assert.Equal(new[] { "0 line 0" }, _told);
            Run(1500, 100);
            Line(0, "One two", 600);
            Run(1000, 100);
            Assert.Equal(new[] { "0 line 0", "2000 end 0" }, _told);
            Line(1, "Three", 600, gapMs: 350);
            End();
            Run(1000, 100);
            Assert.Equal(new[] { "0 line 0", "2000 end 0", "3000 line 1", "3600 end 1", "3600 finished" }, _told);
        }

        [Fact]
        public void One_long_step_tells_the_same_in_the_same_order()
        {
            Line(0, "One two three four", 1000);
            Line(1, "Five six", 800, gapMs: 350);
            Cues(Cue(CueTarget.Sprite, "ada", 1, AnchorEdge.Start, -200), Cue(CueTarget.Background, "place", 0, AnchorEdge.Start));
            End();
            _clock.Advance(10_000);
            Assert.Equal(
                new[] { "line 0", "place", "end 0", "ada", "line 1", "end 1", "finished" },
                _told.Select(one => one.Substring(one.IndexOf(' ') + 1)));
        }

        [Fact]
        public void Stands_still_while_paused()
        {
            Line(0, "One two", 1000);
            End();
            Run(500, 100);
            _clock.Paused = true;
            Run(5000, 100);
            _clock.Paused = false;
            Run(600, 100);
            Assert.Equal(new[] { "0 line 0", "1000 end 0", "1000 finished" }, _told);
        }

        [Fact]
        public void Skipping_ends_the_line_drops_its_sounds_and_keeps_its_pictures()
        {
            Line(0, "One two three four", 1000);
            Line(1, "Five", 600, gapMs: 350);
            Cues(Cue(CueTarget.Sound, "crash", 0, AnchorEdge.Word, 0, word: 3), Cue(CueTarget.Sprite, "ada", 0, AnchorEdge.Word, 0, word: 3),
                Cue(CueTarget.Sound, "door", 0, AnchorEdge.End, 50));
            End();
            Run(300, 100);
            Assert.True(_clock.SkipLine());
            Assert.Equal(new[] { "0 line 0", "300 end 0", "300 no crash", "300 ada" }, _told);
            Run(100, 50);
            Assert.Equal("350 door", _told.Last());
            Assert.True(_clock.SkipLine()); // the pause before the next line
            Assert.Equal("400 line 1", _told.Last());
            Assert.True(_clock.SkipLine());
            Assert.Equal("400 finished", _told.Last());
            Assert.False(_clock.SkipLine());
        }

        [Fact]
        public void Held_lines_stay_until_they_are_skipped()
        {
            _clock.HoldLines = true;
            Line(0, "One two", 600);
            Line(1, "Three", 600, gapMs: 350);
            End();
            Run(5000, 100);
            Assert.Equal(new[] { "0 line 0" }, _told);
            _clock.SkipLine();
            Run(1000, 50);
            Assert.Equal(new[] { "0 line 0", "5000 end 0", "5350 line 1" }, _told);
        }

        [Fact]
        public void Text_appears_over_the_lines_time_and_never_goes_back()
        {
            Feed(Of(BeatEventKind.LineStarted, new LineStarted(0, "Ada", Emotion.Joy)));
            Feed(BeatEvent.OfDelta(0, 0, "One two three "));
            int last = 0;
            for (int step = 0; step < 10; step++)
            {
                _clock.Advance(50);
                Assert.InRange(_clock.VisibleCharacters, last, 14);
                last = _clock.VisibleCharacters;
            }

            Assert.InRange(last, 5, 9);
            Line(0, "One two three four", 3000);
            _clock.Advance(0);
            Assert.Equal(last, _clock.VisibleCharacters);
            _clock.Advance(2400);
            Assert.InRange(_clock.VisibleCharacters, 16, 18);
        }

        [Fact]
        public void Hurrying_shows_the_whole_line_and_leaves_its_time()
        {
            Line(0, "One two three four", 1000);
            End();
            Run(100, 50);
            Assert.True(_clock.HurryUp());
            Assert.Equal(18, _clock.VisibleCharacters);
            Assert.False(_clock.HurryUp());
            Run(1000, 100);
            Assert.Equal(new[] { "0 line 0", "1000 end 0", "1000 finished" }, _told);
        }

        [Fact]
        public void A_sound_that_comes_long_after_its_moment_is_dropped_and_a_picture_is_not()
        {
            Line(0, "One two", 5000);
            Run(3000, 100);
            Cues(Cue(CueTarget.Sound, "late", 0, AnchorEdge.Start), Cue(CueTarget.Background, "place", 0, AnchorEdge.Start));
            _clock.Advance(0);
            Assert.Equal(new[] { "0 line 0", "3000 no late", "3000 place" }, _told);
        }

        [Fact]
        public void What_hangs_on_a_line_that_never_comes_plays_at_the_end_of_the_last()
        {
            Line(0, "One two", 600);
            Cues(Cue(CueTarget.Sound, "door", 3, AnchorEdge.Start));
            Run(1000, 100);
            Assert.Equal(new[] { "0 line 0", "600 end 0" }, _told);
            End();
            Run(200, 100);
            Assert.Equal("door", _told[2].Split(' ')[1]);
        }

        [Fact]
        public void A_beat_without_lines_shows_its_pictures_at_once()
        {
            Cues(Cue(CueTarget.Background, "place", 0, AnchorEdge.Start));
            Run(1000, 100);
            Assert.Empty(_told);
            End();
            _clock.Advance(0);
            Assert.Equal(new[] { "1000 place", "1000 finished" }, _told);
        }

        [Fact]
        public void Waits_for_the_last_sound_to_ring_out()
        {
            Line(0, "One two", 600);
            var sound = new Sound("", default, SoundEncoding.WavPcm16, 900, 22050, 1, 0, 0, "", 0);
            Feed(Of(BeatEventKind.Sound, new SoundReady("door", sound, false)));
            Cues(Cue(CueTarget.Sound, "door", 0, AnchorEdge.End));
            End();
            Run(2000, 100);
            Assert.Equal(new[] { "0 line 0", "600 end 0", "600 door", "1500 finished" }, _told);
        }

        [Fact]
        public void A_beat_that_is_played_anew_starts_the_clock_again()
        {
            Line(0, "One two", 600);
            Run(300, 100);
            Feed(BeatEvent.OfRestart());
            Line(0, "Other words", 600);
            End();
            Run(700, 100);
            Assert.Equal(new[] { "0 line 0", "0 line 0", "600 end 0", "600 finished" }, _told);
        }

        [Theory]
        [InlineData(-1)]
        [InlineData(double.NaN)]
        [InlineData(double.PositiveInfinity)]
        public void Time_that_is_none_is_refused(double elapsedMs) =>
            Assert.Throws<ArgumentOutOfRangeException>(() => _clock.Advance(elapsedMs));

        private static Cue Cue(CueTarget target, string key, int line, AnchorEdge edge, int offsetMs = 0, int word = 0) =>
            new Cue(target, 0, key, new Anchor(line, edge, word), offsetMs);

        private static BeatEvent Of(BeatEventKind kind, object payload) => BeatEvent.Of(kind, 0, payload);

        private void Line(int index, string text, int durationMs, int gapMs = 0)
        {
            Feed(Of(BeatEventKind.LineStarted, new LineStarted(index, "Ada", Emotion.Joy)));
            Feed(Of(BeatEventKind.LineFinished, new LineFinished(index, "Ada", Emotion.Joy, text, durationMs)));
            Anchor anchor = index == 0 ? new Anchor(0, AnchorEdge.Start) : new Anchor(index - 1, AnchorEdge.End);
            Cues(new Cue(CueTarget.Line, index, "", anchor, gapMs));
        }

        private void Cues(params Cue[] cues) => Feed(Of(BeatEventKind.Timeline, new Timeline(1, cues, false, Array.Empty<TimedCue>(), 0)));

        private void End() => Feed(Of(BeatEventKind.Finished, new BeatFinished(
            BeatState.Complete, Array.Empty<WarningCode>(), new BeatTimings(0, null, null, null, null, 0), Array.Empty<BeatScore>(),
            false, 0)));

        private void Feed(BeatEvent told) => _clock.Feed(told);

        private void Run(int ms, int stepMs)
        {
            _clock.Advance(0);
            for (int now = 0; now < ms; now += stepMs)
            {
                _clock.Advance(stepMs);
            }
        }

        private void Tell(string what) => _told.Add($"{_clock.NowMs:0} {what}");
    }
}
