using System;
using System.Collections.Generic;

namespace Narrative
{
    /// <summary>One playthrough's story state. Immutable, except that its context is the caller's own copy.</summary>
    public sealed class Session
    {
        internal Session(
            string id, string title, StoryContext context, int revision, string place, string parentId, DateTime created,
            DateTime updated)
        {
            Id = id;
            Title = title;
            Context = context;
            Revision = revision;
            Place = place;
            ParentId = parentId;
            Created = created;
            Updated = updated;
        }

        /// <summary>The id: all that a game needs to keep.</summary>
        public string Id { get; }

        /// <summary>The title it was given.</summary>
        public string Title { get; }

        /// <summary>The story's fixed part, with the seed set.</summary>
        public StoryContext Context { get; }

        /// <summary>How many beats it has.</summary>
        public int Revision { get; }

        /// <summary>The place of the last beat; empty before the first.</summary>
        public string Place { get; }

        /// <summary>The session it was forked from; empty if none.</summary>
        public string ParentId { get; }

        /// <summary>When it was created, UTC.</summary>
        public DateTime Created { get; }

        /// <summary>When its last beat was stored, UTC.</summary>
        public DateTime Updated { get; }
    }

    /// <summary>One stored beat, in short. Immutable.</summary>
    public sealed class BeatSummary
    {
        internal BeatSummary(
            string beatId, int index, StoryTrigger trigger, string place, Mood mood, IReadOnlyList<HistoryLine> lines,
            BeatState state, DateTime created, string revisedBeatId, bool continues)
        {
            BeatId = beatId;
            Index = index;
            Trigger = trigger;
            Place = place;
            Mood = mood;
            Lines = lines;
            State = state;
            Created = created;
            RevisedBeatId = revisedBeatId;
            Continues = continues;
        }

        /// <summary>The beat's id.</summary>
        public string BeatId { get; }

        /// <summary>Its index in the session, from 0.</summary>
        public int Index { get; }

        /// <summary>What happened.</summary>
        public StoryTrigger Trigger { get; }

        /// <summary>Where.</summary>
        public string Place { get; }

        /// <summary>Its mood.</summary>
        public Mood Mood { get; }

        /// <summary>What was said.</summary>
        public IReadOnlyList<HistoryLine> Lines { get; }

        /// <summary>How it ended.</summary>
        public BeatState State { get; }

        /// <summary>When it was stored, UTC.</summary>
        public DateTime Created { get; }

        /// <summary>The beat that it revises; empty unless a revision made it.</summary>
        public string RevisedBeatId { get; }

        /// <summary>Whether it went on with the beat before it.</summary>
        public bool Continues { get; }
    }

    /// <summary>A page of a list. Immutable.</summary>
    public sealed class Page<T>
    {
        internal Page(IReadOnlyList<T> items, string nextToken)
        {
            Items = items;
            NextToken = nextToken;
        }

        /// <summary>The page's items.</summary>
        public IReadOnlyList<T> Items { get; }

        /// <summary>Asks for the next page; empty on the last.</summary>
        public string NextToken { get; }
    }

    /// <summary>A part of a beat: a line, or a picture or sound.</summary>
    public readonly struct BeatPart
    {
        private BeatPart(int line, string? key)
        {
            Line = line;
            Key = key;
        }

        /// <summary>The line's index; -1 for a picture or sound.</summary>
        public int Line { get; }

        /// <summary>The key of a picture or sound; null for a line.</summary>
        public string? Key { get; }

        /// <summary>A line, by its index from 0.</summary>
        public static BeatPart OfLine(int index) => index >= 0
            ? new BeatPart(index, null) : throw new ArgumentOutOfRangeException(nameof(index), index, "Legal: 0 or more.");

        /// <summary>The background, a sprite or a sound, by its key.</summary>
        public static BeatPart OfMedium(string key) => new BeatPart(-1, key ?? throw new ArgumentNullException(nameof(key)));
    }

    /// <summary>A line as an author wants it. Immutable.</summary>
    public sealed class LineEdit
    {
        /// <summary>Makes an edit.</summary>
        /// <param name="line">Which line, by its index from 0.</param>
        /// <param name="text">The new words, 1 to 600 characters.</param>
        /// <param name="emotion">Another feeling; <see cref="Narrative.Emotion.Unspecified"/>: as it was.</param>
        public LineEdit(int line, string text, Emotion emotion = Emotion.Unspecified)
        {
            Line = line;
            Text = text;
            Emotion = emotion;
        }

        /// <summary>Which line.</summary>
        public int Line { get; }

        /// <summary>The new words.</summary>
        public string Text { get; }

        /// <summary>Another feeling.</summary>
        public Emotion Emotion { get; }
    }

    /// <summary>A change to a stored beat: keeps some parts, edits some, makes the rest again.</summary>
    public sealed class BeatRevision
    {
        /// <summary>Makes a revision that makes everything again.</summary>
        /// <param name="sessionId">Which session.</param>
        /// <param name="beatId">Which beat of it.</param>
        public BeatRevision(string sessionId, string beatId)
        {
            SessionId = sessionId ?? throw new ArgumentNullException(nameof(sessionId));
            BeatId = beatId ?? throw new ArgumentNullException(nameof(beatId));
        }

        /// <summary>Which session.</summary>
        public string SessionId { get; }

        /// <summary>Which beat of it.</summary>
        public string BeatId { get; }

        /// <summary>Parts to keep as they are.</summary>
        public List<BeatPart> Locked { get; } = new List<BeatPart>();

        /// <summary>Lines to replace; they are kept as given.</summary>
        public List<LineEdit> Edits { get; } = new List<LineEdit>();

        /// <summary>Seed for the parts made again, 0 to 2^63 - 1. Null: drawn by the server.</summary>
        public ulong? Seed { get; set; }

        /// <summary>Makes a retry safe. Null: the client makes one.</summary>
        public string? IdempotencyKey { get; set; }

        /// <summary>How the lines made again are written. Null: as the beat was asked for.</summary>
        public DialogueControls? Controls { get; set; }

        /// <summary>The deadline. Null: <see cref="NarrativeClientOptions.BeatTimeout"/>.</summary>
        public TimeSpan? Timeout { get; set; }
    }

    /// <summary>How good a beat or a part of it was.</summary>
    public sealed class BeatRating
    {
        /// <summary>Makes a rating of a whole beat.</summary>
        /// <param name="sessionId">Which session.</param>
        /// <param name="beatId">Which beat of it.</param>
        /// <param name="score">From -1 (bad) to 1 (good).</param>
        public BeatRating(string sessionId, string beatId, float score)
        {
            SessionId = sessionId ?? throw new ArgumentNullException(nameof(sessionId));
            BeatId = beatId ?? throw new ArgumentNullException(nameof(beatId));
            Score = score;
        }

        /// <summary>Which session.</summary>
        public string SessionId { get; }

        /// <summary>Which beat of it.</summary>
        public string BeatId { get; }

        /// <summary>From -1 (bad) to 1 (good).</summary>
        public float Score { get; }

        /// <summary>Which part of it. Null: the whole beat.</summary>
        public BeatPart? Part { get; set; }

        /// <summary>Words to sort by, at most 16 of up to 40 characters.</summary>
        public List<string> Tags { get; } = new List<string>();

        /// <summary>What should have been said, up to 600 characters. Default: empty.</summary>
        public string BetterText { get; set; } = "";
    }
}
