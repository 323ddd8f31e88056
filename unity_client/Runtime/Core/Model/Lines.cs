using System;
using System.Collections.Generic;

namespace Narrative
{
    /// <summary>Lines asked for alone: without pictures, sounds or a session.</summary>
    public sealed class LinesRequest
    {
        /// <summary>Makes a request.</summary>
        /// <param name="event">What just happened, 1 to 500 characters.</param>
        /// <param name="cast">Who may speak, 1 to 6.</param>
        public LinesRequest(string @event, params Character[] cast)
        {
            Event = @event ?? throw new ArgumentNullException(nameof(@event));
            Cast.AddRange(cast ?? throw new ArgumentNullException(nameof(cast)));
        }

        /// <summary>What just happened.</summary>
        public string Event { get; }

        /// <summary>Who may speak.</summary>
        public List<Character> Cast { get; } = new List<Character>();

        /// <summary>The world, up to 2,000 characters. Default: empty.</summary>
        public string World { get; set; } = "";

        /// <summary>Where, up to 200 characters. Default: empty.</summary>
        public string Place { get; set; } = "";

        /// <summary>What was said before, oldest first, at most 64 lines.</summary>
        public List<HistoryLine> History { get; } = new List<HistoryLine>();

        /// <summary>Facts known now, at most 64 of up to 300 characters.</summary>
        public List<string> Facts { get; } = new List<string>();

        /// <summary>What the player just said, up to 500 characters. Default: empty.</summary>
        public string PlayerLine { get; set; } = "";

        /// <summary>The mood. Null: inferred.</summary>
        public Mood? Mood { get; set; }

        /// <summary>At most so many lines, 1 to 8. Null: 3.</summary>
        public int? MaxLines { get; set; }

        /// <summary>At most so many words a line, 3 to 60. Null: 24.</summary>
        public int? MaxWords { get; set; }

        /// <summary>0 to 2^63 - 1. Null: drawn by the server.</summary>
        public ulong? Seed { get; set; }

        /// <summary>Make equal requests give equal lines, slower. Default: false.</summary>
        public bool Deterministic { get; set; }

        /// <summary>How the lines are written. Null: nothing is banned.</summary>
        public DialogueControls? Controls { get; set; }
    }

    /// <summary>Lines that were written, and what they cost. Immutable.</summary>
    public sealed class GeneratedLines
    {
        internal GeneratedLines(
            IReadOnlyList<LineFinished> lines, ulong seed, Mood mood, int promptTokens, int cachedTokens, int outputTokens,
            float prefillMs, float decodeMs)
        {
            Lines = lines;
            Seed = seed;
            Mood = mood;
            PromptTokens = promptTokens;
            CachedTokens = cachedTokens;
            OutputTokens = outputTokens;
            PrefillMs = prefillMs;
            DecodeMs = decodeMs;
        }

        /// <summary>The lines, in order.</summary>
        public IReadOnlyList<LineFinished> Lines { get; }

        /// <summary>The seed that was used.</summary>
        public ulong Seed { get; }

        /// <summary>The mood that was used.</summary>
        public Mood Mood { get; }

        /// <summary>Tokens of the prompt.</summary>
        public int PromptTokens { get; }

        /// <summary>How many of those came from the prefix cache.</summary>
        public int CachedTokens { get; }

        /// <summary>Tokens written.</summary>
        public int OutputTokens { get; }

        /// <summary>Time for reading the prompt, in milliseconds.</summary>
        public float PrefillMs { get; }

        /// <summary>Time for writing, in milliseconds.</summary>
        public float DecodeMs { get; }
    }

    /// <summary>
    /// A beat that was written by hand or played from a file, for the story to remember: <see
    /// cref="NarrativeClient.ImportBeatAsync"/>.
    /// </summary>
    public sealed class WrittenBeat
    {
        /// <summary>Makes a beat.</summary>
        /// <param name="sessionId">Into which session.</param>
        /// <param name="trigger">What happened.</param>
        /// <param name="lines">What was said, in order, at least one.</param>
        public WrittenBeat(string sessionId, StoryTrigger trigger, IReadOnlyList<FallbackLine> lines)
        {
            SessionId = sessionId ?? throw new ArgumentNullException(nameof(sessionId));
            Trigger = trigger ?? throw new ArgumentNullException(nameof(trigger));
            Lines = lines ?? throw new ArgumentNullException(nameof(lines));
            if (lines.Count == 0)
            {
                throw new ArgumentException("lines is empty; legal: at least one.", nameof(lines));
            }
        }

        /// <summary>Into which session.</summary>
        public string SessionId { get; }

        /// <summary>What happened.</summary>
        public StoryTrigger Trigger { get; }

        /// <summary>What was said.</summary>
        public IReadOnlyList<FallbackLine> Lines { get; }

        /// <summary>Where, up to 200 characters. Default: empty, the session's last place.</summary>
        public string Place { get; set; } = "";

        /// <summary>What the player said before the lines, up to 500 characters. Default: empty.</summary>
        public string PlayerLine { get; set; } = "";

        /// <summary>The beat's mood. Null: the first line's feeling.</summary>
        public Mood? Mood { get; set; }
    }
}
