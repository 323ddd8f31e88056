using System.Collections.Generic;

namespace Narrative
{
    /// <summary>Which moment of a line.</summary>
    public enum AnchorEdge
    {
        /// <summary>The line's start.</summary>
        Start = 1,

        /// <summary>The line's end.</summary>
        End = 2,

        /// <summary>The start of one of its words.</summary>
        Word = 3,
    }

    /// <summary>A moment told relative to a line, so that a beat plays before its end is known.</summary>
    public readonly struct Anchor
    {
        /// <summary>Makes an anchor.</summary>
        /// <param name="line">Index of the line, from 0; one that never comes counts as the end of the last.</param>
        /// <param name="edge">Which moment of it.</param>
        /// <param name="word">With <see cref="AnchorEdge.Word"/>: which word, from 0; past the last it is the end.</param>
        public Anchor(int line, AnchorEdge edge, int word = 0)
        {
            Line = line;
            Edge = edge;
            Word = word;
        }

        /// <summary>Index of the line.</summary>
        public int Line { get; }

        /// <summary>Which moment of it.</summary>
        public AnchorEdge Edge { get; }

        /// <summary>Which word of it.</summary>
        public int Word { get; }
    }

    /// <summary>What a cue starts.</summary>
    public enum CueTarget
    {
        /// <summary>A kind newer than this client: ignore the cue.</summary>
        Unknown = 0,

        /// <summary>A line, by its index.</summary>
        Line,

        /// <summary>The background, by its key.</summary>
        Background,

        /// <summary>A sprite, by its key.</summary>
        Sprite,

        /// <summary>A sound, by its key.</summary>
        Sound,
    }

    /// <summary>Something that appears or plays at a moment. Immutable.</summary>
    public sealed class Cue
    {
        /// <summary>Makes a cue.</summary>
        /// <param name="target">What kind of thing starts.</param>
        /// <param name="line">With <see cref="CueTarget.Line"/>: its index.</param>
        /// <param name="key">Otherwise: its key; empty for a line.</param>
        /// <param name="anchor">When.</param>
        /// <param name="offsetMs">Added to the anchor, in milliseconds; may be negative.</param>
        public Cue(CueTarget target, int line, string key, Anchor anchor, int offsetMs)
        {
            Target = target;
            Line = line;
            Key = key;
            Anchor = anchor;
            OffsetMs = offsetMs;
        }

        /// <summary>What kind of thing starts.</summary>
        public CueTarget Target { get; }

        /// <summary>With <see cref="CueTarget.Line"/>: its index.</summary>
        public int Line { get; }

        /// <summary>Otherwise: its key; empty for a line.</summary>
        public string Key { get; }

        /// <summary>When. A line's own cue is anchored to the line before it.</summary>
        public Anchor Anchor { get; }

        /// <summary>Added to the anchor, in milliseconds; may be negative.</summary>
        public int OffsetMs { get; }
    }

    /// <summary>A cue with its place on the clock. Immutable.</summary>
    public sealed class TimedCue
    {
        internal TimedCue(Cue cue, int startMs, int durationMs)
        {
            Cue = cue;
            StartMs = startMs;
            DurationMs = durationMs;
        }

        /// <summary>The cue.</summary>
        public Cue Cue { get; }

        /// <summary>Milliseconds from the beat's start.</summary>
        public int StartMs { get; }

        /// <summary>How long it lasts, in milliseconds; 0 for pictures, which stay.</summary>
        public int DurationMs { get; }
    }

    /// <summary>Cues, appended as they become known. A cue that was sent never moves. Immutable.</summary>
    public sealed class Timeline
    {
        internal Timeline(int revision, IReadOnlyList<Cue> cues, bool final, IReadOnlyList<TimedCue> timedCues, int totalMs)
        {
            Revision = revision;
            Cues = cues;
            Final = final;
            TimedCues = timedCues;
            TotalMs = totalMs;
        }

        /// <summary>Counts the timeline events of this beat, from 1.</summary>
        public int Revision { get; }

        /// <summary>The cues that are new in this revision.</summary>
        public IReadOnlyList<Cue> Cues { get; }

        /// <summary>Whether no more will come.</summary>
        public bool Final { get; }

        /// <summary>With the final one: every cue of the beat in order of time.</summary>
        public IReadOnlyList<TimedCue> TimedCues { get; }

        /// <summary>With the final one: the beat's length in milliseconds.</summary>
        public int TotalMs { get; }
    }

    /// <summary>
    /// Where sprites stand on the background, in its pixels; origin top left, a sprite's pivot is its feet. The newest of a
    /// beat holds. Immutable.
    /// </summary>
    public sealed class Staging
    {
        internal Staging(int revision, int widthPx, int heightPx, int groundYPx, IReadOnlyList<Placement> placements)
        {
            Revision = revision;
            WidthPx = widthPx;
            HeightPx = heightPx;
            GroundYPx = groundYPx;
            Placements = placements;
        }

        /// <summary>Counts the staging events of this beat, from 1.</summary>
        public int Revision { get; }

        /// <summary>Width of the stage in pixels.</summary>
        public int WidthPx { get; }

        /// <summary>Height of the stage in pixels.</summary>
        public int HeightPx { get; }

        /// <summary>Where the ground begins, in pixels from the top.</summary>
        public int GroundYPx { get; }

        /// <summary>One for each sprite of the beat, in drawing order.</summary>
        public IReadOnlyList<Placement> Placements { get; }
    }

    /// <summary>One sprite's place. Immutable.</summary>
    public sealed class Placement
    {
        internal Placement(string spriteKey, int xPx, int yPx, float scale, bool mirrored, int z)
        {
            SpriteKey = spriteKey;
            XPx = xPx;
            YPx = yPx;
            Scale = scale;
            Mirrored = mirrored;
            Z = z;
        }

        /// <summary>The sprite's key.</summary>
        public string SpriteKey { get; }

        /// <summary>Where the pivot goes, in pixels from the left.</summary>
        public int XPx { get; }

        /// <summary>Where the pivot goes, in pixels from the top.</summary>
        public int YPx { get; }

        /// <summary>Factor on the sprite's own pixels.</summary>
        public float Scale { get; }

        /// <summary>Whether to draw it mirrored left to right.</summary>
        public bool Mirrored { get; }

        /// <summary>Drawing order: higher is nearer.</summary>
        public int Z { get; }
    }
}
