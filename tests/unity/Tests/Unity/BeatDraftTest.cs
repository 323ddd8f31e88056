using System.Collections.Generic;
using System.Linq;
using Xunit;

namespace Narrative.Tests
{
    public sealed class BeatDraftTest
    {
        [Fact]
        public void Edits_and_locks_become_a_revision()
        {
            BeatDraft draft = Draft();
            draft.Lines[0].Wanted = " Run, now! ";
            draft.Media[0].Locked = true;
            BeatRevision revision = draft.Revision(keepRest: false);
            Assert.Equal(("s", "b"), (revision.SessionId, revision.BeatId));
            LineEdit edit = Assert.Single(revision.Edits);
            Assert.Equal((0, "Run, now!"), (edit.Line, edit.Text));
            Assert.Equal("background", Assert.Single(revision.Locked).Key);

            IEnumerable<string> kept = draft.Revision(keepRest: true).Locked.Select(part => part.Key ?? part.Line.ToString());
            Assert.Equal(new[] { "1", "background", "sprite:Mira", "sound:bell" }, kept);
        }

        [Fact]
        public void A_baked_beat_plays_as_the_beat_did()
        {
            BakedBeat baked = Draft().Bake("The mill burns.", "mill, night");
            var clock = new BeatClock();
            var told = new List<string>();
            clock.LineStarted += line => told.Add($"{clock.NowMs} line {line}");
            clock.CueReached += cue => told.Add($"{clock.NowMs} {cue.Key}");
            clock.Finished += () => told.Add("end");
            foreach (BeatEvent one in BakedPlayback.Events(baked))
            {
                clock.Feed(one);
            }

            for (int step = 0; step < 400; step++)
            {
                clock.Advance(10);
            }

            Assert.Equal(
                new[] { "10 line 0", "10 background", "500 sound:bell", "1350 line 1", "1350 sprite:Mira", "end" }, told);
        }

        [Fact]
        public void A_baked_beat_keeps_stage_media_and_words()
        {
            BakedBeat baked = Draft().Bake("The mill burns.", "mill, night");
            List<BeatEvent> events = BakedPlayback.Events(baked);
            Assert.Equal(Enumerable.Range(0, events.Count), events.Select(one => one.Sequence));
            Staging staging = events.Single(one => one.Kind == BeatEventKind.Staging).Staging;
            Assert.Equal((160, 96, 67), (staging.WidthPx, staging.HeightPx, staging.GroundYPx));
            Assert.Equal((80, true), (staging.Placements[0].XPx, staging.Placements[0].Mirrored));
            Assert.Equal(new[] { "Run!", "Too late." }, events.Where(one => one.Kind == BeatEventKind.LineFinished)
                .Select(one => one.LineFinished.Text));
            Assert.Equal(Emotion.Fear, events[0].Accepted.Plan.Mood.Emotion);
            Assert.Equal(BeatEventKind.Finished, events[^1].Kind);
            BakedMedium bell = baked.Media.Single(one => one.Key == "sound:bell");
            Assert.Equal(1000, bell.DurationMs);
        }

        [Fact]
        public void What_did_not_decode_is_baked_neither_as_medium_nor_as_cue()
        {
            BakedBeat baked = Draft(decodes: false).Bake("The mill burns.", "mill, night");
            Assert.Empty(baked.Media);
            Assert.All(baked.Cues, cue => Assert.Equal(CueTarget.Line, cue.Target));
        }

        [Fact]
        public void A_restart_clears_the_desk_and_fallback_lines_cannot_be_revised()
        {
            BeatDraft draft = Draft();
            Assert.True(draft.Stored);
            draft.Take(new FedEvent(BeatEvent.OfRestart(), null));
            Assert.True(draft.Lines.Count == 0 && draft.Media.Count == 0 && !draft.Stored);

            var request = new BeatRequest("s", new StoryTrigger("x"));
            request.FallbackLines.Add(new FallbackLine("Mira", "Hello."));
            foreach (BeatEvent told in OfflineBeat.Play(request, new NarrativeException(NarrativeErrorCode.Unavailable, "gone")))
            {
                draft.Take(new FedEvent(told, null));
            }

            Assert.Equal("Hello.", Assert.Single(draft.Lines).Text);
            Assert.False(draft.Stored);
        }

        private static BeatDraft Draft(bool decodes = true)
        {
            var draft = new BeatDraft();
            int sequence = 0;
            void Take(BeatEventKind kind, object payload, object? medium = null) =>
                draft.Take(new FedEvent(BeatEvent.Of(kind, sequence++, payload), decodes ? medium : null));

            var plan = new BeatPlan(new Mood(Emotion.Fear), new[] { "Mira" }, null, new PlannedPicture[0], new PlannedSound[0]);
            Take(BeatEventKind.Accepted, new BeatAccepted("s", "b", 1, 2, 0, plan, ""));
            Picture picture = PixelsTest.Raw(1, 1, new byte[4]);
            Take(BeatEventKind.Background, new BackgroundReady("background", picture), Pixels.Of(picture));
            Take(BeatEventKind.Sprite, new SpriteReady("sprite:Mira", "Mira", picture), Pixels.Of(picture));
            var bell = new Sound("", WavTest.File(1, 16, 1, new byte[44100]), SoundEncoding.WavPcm16, 1000, 22050, 1, 0, 0, "a bell", 0);
            Take(BeatEventKind.Sound, new SoundReady("sound:bell", bell, false), Wav.Read(bell.Data.Span));
            Line(0, "Run!", 1000);
            Line(1, "Too late.", 1500);
            var cues = new List<Cue>
            {
                new Cue(CueTarget.Line, 0, "", new Anchor(0, AnchorEdge.Start), 0),
                new Cue(CueTarget.Background, 0, "background", new Anchor(0, AnchorEdge.Start), 0),
                new Cue(CueTarget.Sound, 0, "sound:bell", new Anchor(0, AnchorEdge.Start), 500),
                new Cue(CueTarget.Line, 1, "", new Anchor(0, AnchorEdge.End), 350),
                new Cue(CueTarget.Sprite, 0, "sprite:Mira", new Anchor(1, AnchorEdge.Start), 0),
            };
            Take(BeatEventKind.Staging, new Staging(1, 160, 96, 67, new[] { new Placement("sprite:Mira", 80, 67, 1, true, 0) }));
            Take(BeatEventKind.Timeline, new Timeline(1, cues, true, new TimedCue[0], 2850));
            Take(BeatEventKind.Finished, new BeatFinished(
                BeatState.Complete, new WarningCode[0], new BeatTimings(0, null, null, null, null, 0), new BeatScore[0], false, 1));
            return draft;

            void Line(int index, string text, int durationMs)
            {
                Take(BeatEventKind.LineStarted, new LineStarted(index, "Mira", Emotion.Fear));
                draft.Take(new FedEvent(BeatEvent.OfDelta(sequence++, index, text), null));
                Take(BeatEventKind.LineFinished, new LineFinished(index, "Mira", Emotion.Fear, text, durationMs));
            }
        }
    }
}
