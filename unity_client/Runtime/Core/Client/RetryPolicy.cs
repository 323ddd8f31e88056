using System;

namespace Narrative
{
    /// <summary>When and how often a call is tried again. Immutable.</summary>
    public sealed class RetryPolicy
    {
        /// <summary>Makes a policy.</summary>
        /// <param name="maxAttempts">Tries in all, 1 or more; default: 6.</param>
        /// <param name="firstDelayMs">Wait before the second try, in milliseconds; default: 250.</param>
        /// <param name="maxDelayMs">The longest wait, in milliseconds; default: 5000. A server's hint may be longer.</param>
        public RetryPolicy(int maxAttempts = 6, int firstDelayMs = 250, int maxDelayMs = 5000)
        {
            MaxAttempts = maxAttempts >= 1 ? maxAttempts : throw Illegal(nameof(maxAttempts), maxAttempts, "1 or more");
            FirstDelayMs = firstDelayMs >= 1 ? firstDelayMs : throw Illegal(nameof(firstDelayMs), firstDelayMs, "1 or more");
            MaxDelayMs = maxDelayMs >= firstDelayMs
                ? maxDelayMs : throw Illegal(nameof(maxDelayMs), maxDelayMs, $"firstDelayMs ({firstDelayMs}) or more");
        }

        /// <summary>Tries in all.</summary>
        public int MaxAttempts { get; }

        /// <summary>Wait before the second try, in milliseconds; it doubles each time.</summary>
        public int FirstDelayMs { get; }

        /// <summary>The longest wait, in milliseconds.</summary>
        public int MaxDelayMs { get; }

        /// <summary>How long to wait after a failed try; null: give up.</summary>
        /// <param name="attempt">How many tries were made.</param>
        /// <param name="failure">How the last one failed.</param>
        /// <param name="safe">Whether the call does no harm when an attempt whose end is unknown was carried out.</param>
        /// <param name="dice">A share, 0 to 1, by which clients of one broken server spread out.</param>
        internal TimeSpan? DelayAfter(int attempt, NarrativeException failure, bool safe, double dice)
        {
            if (attempt >= MaxAttempts || !MayHelp(failure, safe))
            {
                return null;
            }

            double backoffMs = Math.Min(MaxDelayMs, FirstDelayMs * Math.Pow(2, attempt - 1)) * (0.8 + 0.4 * dice);
            var backoff = TimeSpan.FromMilliseconds(backoffMs);
            return failure.RetryAfter is TimeSpan hint && hint > backoff ? hint : backoff;
        }

        private static bool MayHelp(NarrativeException failure, bool safe)
        {
            switch (failure.Code)
            {
                case NarrativeErrorCode.Unavailable:
                case NarrativeErrorCode.ResourceExhausted:
                case NarrativeErrorCode.Aborted:
                    // With a hint the server says that nothing was done.
                    return failure.RetryAfter != null || (safe && failure.Code == NarrativeErrorCode.Unavailable);
                case NarrativeErrorCode.DataLoss:
                    return safe;
                default:
                    return false;
            }
        }

        private static ArgumentOutOfRangeException Illegal(string name, int value, string legal) =>
            new ArgumentOutOfRangeException(name, value, $"{name} is {value}; legal: {legal}.");
    }
}
