using System.Collections.Generic;

namespace Narrative
{
    /// <summary>Why something is missing.</summary>
    public enum WarningCode
    {
        /// <summary>Not given, or newer than this client.</summary>
        Unspecified = 0,

        /// <summary>The engine's process is not there right now.</summary>
        EngineUnavailable = 1,

        /// <summary>The engine failed on this one.</summary>
        EngineFailed = 2,

        /// <summary>The model's weights are missing or broken.</summary>
        ModelMissing = 3,

        /// <summary>The deadline came first.</summary>
        Deadline = 4,

        /// <summary>Something of the context did not fit and was left out.</summary>
        ContextTrimmed = 5,
    }

    /// <summary>Something is missing, the beat goes on without it. No cue refers to it. Immutable.</summary>
    public sealed class BeatWarning
    {
        internal BeatWarning(Medium medium, string key, WarningCode code, bool retryable, string message)
        {
            Medium = medium;
            Key = key;
            Code = code;
            Retryable = retryable;
            Message = message;
        }

        /// <summary>Which kind of output.</summary>
        public Medium Medium { get; }

        /// <summary>Key of the plan; empty for dialogue.</summary>
        public string Key { get; }

        /// <summary>Why.</summary>
        public WarningCode Code { get; }

        /// <summary>Whether asking again may help.</summary>
        public bool Retryable { get; }

        /// <summary>A sentence for the developer, not for the player.</summary>
        public string Message { get; }
    }

    /// <summary>How a beat ended.</summary>
    public enum BeatState
    {
        /// <summary>Newer than this client.</summary>
        Unspecified = 0,

        /// <summary>Everything that was asked for is there.</summary>
        Complete = 1,

        /// <summary>Something is missing; the warnings say what.</summary>
        Partial = 2,
    }

    /// <summary>How long a beat took to make, in milliseconds from its admission. Immutable.</summary>
    public sealed class BeatTimings
    {
        internal BeatTimings(int queuedMs, int? firstDeltaMs, int? firstPictureMs, int? firstSoundMs, int? dialogueMs, int totalMs)
        {
            QueuedMs = queuedMs;
            FirstDeltaMs = firstDeltaMs;
            FirstPictureMs = firstPictureMs;
            FirstSoundMs = firstSoundMs;
            DialogueMs = dialogueMs;
            TotalMs = totalMs;
        }

        /// <summary>Time spent waiting before it began.</summary>
        public int QueuedMs { get; }

        /// <summary>To the first words; null when there were none.</summary>
        public int? FirstDeltaMs { get; }

        /// <summary>To the first picture; null when there was none.</summary>
        public int? FirstPictureMs { get; }

        /// <summary>To the first sound; null when there was none.</summary>
        public int? FirstSoundMs { get; }

        /// <summary>To the last line's end; null when there was none.</summary>
        public int? DialogueMs { get; }

        /// <summary>To the end.</summary>
        public int TotalMs { get; }
    }

    /// <summary>How well one medium fits the words that it was made from. Immutable.</summary>
    public sealed class BeatScore
    {
        internal BeatScore(Medium medium, string key, string metric, float value)
        {
            Medium = medium;
            Key = key;
            Metric = metric;
            Value = value;
        }

        /// <summary>Which kind of output.</summary>
        public Medium Medium { get; }

        /// <summary>Key of the plan; empty for dialogue.</summary>
        public string Key { get; }

        /// <summary>What is measured, such as text_agreement.</summary>
        public string Metric { get; }

        /// <summary>Its value, 0 to 1.</summary>
        public float Value { get; }
    }

    /// <summary>The end of a beat. Immutable.</summary>
    public sealed class BeatFinished
    {
        internal BeatFinished(
            BeatState state, IReadOnlyList<WarningCode> reasons, BeatTimings timings, IReadOnlyList<BeatScore> scores,
            bool replayed, int sessionRevision, NarrativeException? fallbackReason = null)
        {
            State = state;
            Reasons = reasons;
            Timings = timings;
            Scores = scores;
            Replayed = replayed;
            SessionRevision = sessionRevision;
            FallbackReason = fallbackReason;
        }

        /// <summary>Whether everything is there.</summary>
        public BeatState State { get; }

        /// <summary>With <see cref="BeatState.Partial"/>: the warnings' codes, each once.</summary>
        public IReadOnlyList<WarningCode> Reasons { get; }

        /// <summary>How long it took. A replay gives the times of the first run.</summary>
        public BeatTimings Timings { get; }

        /// <summary>How well the parts fit, where it was measured.</summary>
        public IReadOnlyList<BeatScore> Scores { get; }

        /// <summary>Whether this was read from the store instead of played.</summary>
        public bool Replayed { get; }

        /// <summary>The session's revision after this beat; 0 for an inline one.</summary>
        public int SessionRevision { get; }

        /// <summary>
        /// Why fallback lines took the place of the server's, or of those that were still to come; null when they did not.
        /// </summary>
        public NarrativeException? FallbackReason { get; }
    }
}
