using System.Collections.Generic;

namespace Narrative
{
    /// <summary>What the director decided before any model ran. Immutable.</summary>
    public sealed class BeatPlan
    {
        internal BeatPlan(
            Mood mood, IReadOnlyList<string> present, PlannedPicture? background, IReadOnlyList<PlannedPicture> sprites,
            IReadOnlyList<PlannedSound> sounds)
        {
            Mood = mood;
            Present = present;
            Background = background;
            Sprites = sprites;
            Sounds = sounds;
        }

        /// <summary>The mood, with emotion and intensity set.</summary>
        public Mood Mood { get; }

        /// <summary>Names of the characters present.</summary>
        public IReadOnlyList<string> Present { get; }

        /// <summary>The background to come; null when none was wanted.</summary>
        public PlannedPicture? Background { get; }

        /// <summary>The sprites to come.</summary>
        public IReadOnlyList<PlannedPicture> Sprites { get; }

        /// <summary>The sounds to come; more may follow from the lines.</summary>
        public IReadOnlyList<PlannedSound> Sounds { get; }
    }

    /// <summary>A picture that the plan asks for. Immutable.</summary>
    public sealed class PlannedPicture
    {
        internal PlannedPicture(string key, string text, string character)
        {
            Key = key;
            Text = text;
            Character = character;
        }

        /// <summary>Stable key, used by cues, placements and warnings.</summary>
        public string Key { get; }

        /// <summary>The words that it is made from.</summary>
        public string Text { get; }

        /// <summary>The character that it shows; empty for objects and backgrounds.</summary>
        public string Character { get; }
    }

    /// <summary>A sound that the plan asks for. Immutable.</summary>
    public sealed class PlannedSound
    {
        internal PlannedSound(string key, string text, Anchor anchor, int offsetMs)
        {
            Key = key;
            Text = text;
            Anchor = anchor;
            OffsetMs = offsetMs;
        }

        /// <summary>Stable key, used by cues and warnings.</summary>
        public string Key { get; }

        /// <summary>The words that it is made from.</summary>
        public string Text { get; }

        /// <summary>When it plays.</summary>
        public Anchor Anchor { get; }

        /// <summary>Added to the anchor, in milliseconds; may be negative.</summary>
        public int OffsetMs { get; }
    }

    /// <summary>The request is legal, was admitted and has begun. Immutable.</summary>
    public sealed class BeatAccepted
    {
        internal BeatAccepted(
            string sessionId, string beatId, ulong seed, ulong storySeed, int sessionRevision, BeatPlan plan,
            string revisedBeatId)
        {
            SessionId = sessionId;
            BeatId = beatId;
            Seed = seed;
            StorySeed = storySeed;
            SessionRevision = sessionRevision;
            Plan = plan;
            RevisedBeatId = revisedBeatId;
        }

        /// <summary>The session; empty for an inline beat.</summary>
        public string SessionId { get; }

        /// <summary>This beat's id; empty for fallback lines.</summary>
        public string BeatId { get; }

        /// <summary>The beat's seed: asking again with it repeats the randomness.</summary>
        public ulong Seed { get; }

        /// <summary>The seed that pictures come from.</summary>
        public ulong StorySeed { get; }

        /// <summary>The number of beats before this one.</summary>
        public int SessionRevision { get; }

        /// <summary>What is about to come.</summary>
        public BeatPlan Plan { get; }

        /// <summary>The beat that this one revises; empty unless a revision made it.</summary>
        public string RevisedBeatId { get; }
    }

    /// <summary>A character is about to speak. Immutable.</summary>
    public sealed class LineStarted
    {
        internal LineStarted(int index, string speaker, Emotion emotion)
        {
            Index = index;
            Speaker = speaker;
            Emotion = emotion;
        }

        /// <summary>Index of the line in the beat, from 0.</summary>
        public int Index { get; }

        /// <summary>Who speaks.</summary>
        public string Speaker { get; }

        /// <summary>The feeling of this line.</summary>
        public Emotion Emotion { get; }
    }

    /// <summary>Some more words of a line.</summary>
    public readonly struct LineDelta
    {
        internal LineDelta(int index, string text)
        {
            Index = index;
            Text = text;
        }

        /// <summary>Index of the line.</summary>
        public int Index { get; }

        /// <summary>Text to append; never empty.</summary>
        public string Text { get; }
    }

    /// <summary>A line is complete. Immutable.</summary>
    public sealed class LineFinished
    {
        internal LineFinished(int index, string speaker, Emotion emotion, string text, int durationMs)
        {
            Index = index;
            Speaker = speaker;
            Emotion = emotion;
            Text = text;
            DurationMs = durationMs;
        }

        /// <summary>Index of the line.</summary>
        public int Index { get; }

        /// <summary>Who spoke.</summary>
        public string Speaker { get; }

        /// <summary>The feeling of this line.</summary>
        public Emotion Emotion { get; }

        /// <summary>The whole line: its deltas joined, without space at the ends.</summary>
        public string Text { get; }

        /// <summary>How long it takes to say, in milliseconds.</summary>
        public int DurationMs { get; }
    }

    /// <summary>The background is ready. Immutable.</summary>
    public sealed class BackgroundReady
    {
        internal BackgroundReady(string key, Picture picture)
        {
            Key = key;
            Picture = picture;
        }

        /// <summary>Key of the plan.</summary>
        public string Key { get; }

        /// <summary>The picture.</summary>
        public Picture Picture { get; }
    }

    /// <summary>A sprite is ready. Immutable.</summary>
    public sealed class SpriteReady
    {
        internal SpriteReady(string key, string character, Picture picture)
        {
            Key = key;
            Character = character;
            Picture = picture;
        }

        /// <summary>Key of the plan.</summary>
        public string Key { get; }

        /// <summary>The character shown; empty for an object.</summary>
        public string Character { get; }

        /// <summary>The picture.</summary>
        public Picture Picture { get; }
    }

    /// <summary>A sound is ready. Immutable.</summary>
    public sealed class SoundReady
    {
        internal SoundReady(string key, Sound sound, bool proposed)
        {
            Key = key;
            Sound = sound;
            Proposed = proposed;
        }

        /// <summary>Key of the plan.</summary>
        public string Key { get; }

        /// <summary>The sound.</summary>
        public Sound Sound { get; }

        /// <summary>
        /// Whether it is not in the plan: the language model proposed it after the lines. Who is past its moment leaves it out.
        /// </summary>
        public bool Proposed { get; }
    }
}
