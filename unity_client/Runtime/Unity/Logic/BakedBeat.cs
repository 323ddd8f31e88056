using System;
using System.Collections.Generic;

namespace Narrative
{
    /// <summary>A beat as an asset keeps it, without its pictures' and sounds' bytes. Public fields: Unity stores those.</summary>
    [Serializable]
    internal sealed class BakedBeat
    {
        public string Event = "";
        public string Place = "";
        public Emotion Emotion = Emotion.Neutral;
        public List<BakedLine> Lines = new List<BakedLine>();
        public List<BakedCue> Cues = new List<BakedCue>();
        public List<BakedPlacement> Placements = new List<BakedPlacement>();
        public List<BakedMedium> Media = new List<BakedMedium>();
        public List<string> Narration = new List<string>();
        public int StageWidthPx;
        public int StageHeightPx;
        public int GroundYPx;
        public int TotalMs;
    }

    /// <summary>A line of a baked beat.</summary>
    [Serializable]
    internal sealed class BakedLine
    {
        public string Speaker = "";
        public Emotion Emotion = Emotion.Neutral;
        public string Text = "";
        public int DurationMs;
    }

    /// <summary>A cue of a baked beat.</summary>
    [Serializable]
    internal sealed class BakedCue
    {
        public CueTarget Target;
        public int Line;
        public string Key = "";
        public int AnchorLine;
        public AnchorEdge Edge = AnchorEdge.Start;
        public int Word;
        public int OffsetMs;
    }

    /// <summary>Where a sprite of a baked beat stands.</summary>
    [Serializable]
    internal sealed class BakedPlacement
    {
        public string SpriteKey = "";
        public int XPx;
        public int YPx;
        public float Scale = 1;
        public bool Mirrored;
        public int Z;
    }

    /// <summary>A background, sprite or sound of a baked beat; its object lies beside, found by its key.</summary>
    [Serializable]
    internal sealed class BakedMedium
    {
        public Medium Medium;
        public string Key = "";
        public string Character = "";
        public string Text = "";
        public int WidthPx;
        public int HeightPx;
        public float GroundY = 0.7f;
        public Facing Facing;
        public float PivotX = 0.5f;
        public float PivotY = 1;
        public int DurationMs;
        public int LoopStart;
        public int LoopEnd;
    }

    /// <summary>Tells a baked beat as the events of a beat, all at once: a <see cref="BeatClock"/> gives them their time.</summary>
    internal static class BakedPlayback
    {
        /// <summary>The events, in the order of a stream. Media have no bytes: the asset has their objects.</summary>
        public static List<BeatEvent> Events(BakedBeat beat)
        {
            var events = new List<BeatEvent> { BeatEvent.Of(BeatEventKind.Accepted, 0, Accepted(beat)) };
            void Tell(BeatEventKind kind, object payload) => events.Add(BeatEvent.Of(kind, events.Count, payload));
            foreach (BakedMedium medium in beat.Media)
            {
                TellMedium(medium, Tell);
            }

            foreach (string caption in beat.Narration)
            {
                Tell(BeatEventKind.Narration, caption);
            }

            for (int index = 0; index < beat.Lines.Count; index++)
            {
                BakedLine line = beat.Lines[index];
                Tell(BeatEventKind.LineStarted, new LineStarted(index, line.Speaker, line.Emotion));
                if (line.Text.Length > 0)
                {
                    events.Add(BeatEvent.OfDelta(events.Count, index, line.Text));
                }

                Tell(BeatEventKind.LineFinished, new LineFinished(index, line.Speaker, line.Emotion, line.Text, line.DurationMs));
            }

            Tell(BeatEventKind.Staging, Staging(beat));
            Tell(BeatEventKind.Timeline, new Timeline(1, Cues(beat), true, Array.Empty<TimedCue>(), beat.TotalMs));
            Tell(BeatEventKind.Finished, new BeatFinished(
                BeatState.Complete, Array.Empty<WarningCode>(), new BeatTimings(0, null, null, null, null, 0),
                Array.Empty<BeatScore>(), true, 0));
            return events;
        }

        private static void TellMedium(BakedMedium medium, Action<BeatEventKind, object> tell)
        {
            switch (medium.Medium)
            {
                case Medium.Background:
                    tell(BeatEventKind.Background, new BackgroundReady(medium.Key, Picture(medium)));
                    break;
                case Medium.Sprite:
                    tell(BeatEventKind.Sprite, new SpriteReady(medium.Key, medium.Character, Picture(medium)));
                    break;
                case Medium.Sound:
                    var sound = new Sound("", default, SoundEncoding.WavFloat32, medium.DurationMs, 0, 1, 0, 0, medium.Text, 0);
                    tell(BeatEventKind.Sound, new SoundReady(medium.Key, sound, false));
                    break;
            }
        }

        private static Picture Picture(BakedMedium medium) => new Picture(
            "", default, PictureEncoding.Rgba32, medium.WidthPx, medium.HeightPx,
            medium.Medium == Medium.Background ? medium.GroundY : (float?)null, medium.Facing, medium.PivotX, medium.PivotY,
            medium.Text, 0);

        private static BeatAccepted Accepted(BakedBeat beat)
        {
            var present = new List<string>();
            foreach (BakedLine line in beat.Lines)
            {
                if (!present.Contains(line.Speaker))
                {
                    present.Add(line.Speaker);
                }
            }

            var plan = new BeatPlan(
                new Mood(beat.Emotion), present, null, Array.Empty<PlannedPicture>(), Array.Empty<PlannedSound>());
            return new BeatAccepted("", "", 0, 0, 0, plan, "");
        }

        private static List<Cue> Cues(BakedBeat beat)
        {
            var cues = new List<Cue>();
            foreach (BakedCue cue in beat.Cues)
            {
                var anchor = new Anchor(cue.AnchorLine, cue.Edge, cue.Word);
                cues.Add(new Cue(cue.Target, cue.Line, cue.Key, anchor, cue.OffsetMs));
            }

            return cues;
        }

        private static Staging Staging(BakedBeat beat)
        {
            var placements = new List<Placement>();
            foreach (BakedPlacement one in beat.Placements)
            {
                placements.Add(new Placement(one.SpriteKey, one.XPx, one.YPx, one.Scale, one.Mirrored, one.Z));
            }

            return new Staging(1, beat.StageWidthPx, beat.StageHeightPx, beat.GroundYPx, placements);
        }
    }
}
