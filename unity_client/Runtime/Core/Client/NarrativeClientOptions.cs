using System;

namespace Narrative
{
    /// <summary>How a client talks to its server.</summary>
    public sealed class NarrativeClientOptions
    {
        /// <summary>The server's secret, sent with every call. Default: empty, none.</summary>
        public string Token { get; set; } = "";

        /// <summary>How long connecting may take. Default: 5 s.</summary>
        public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(5);

        /// <summary>Whether connecting waits for a server that is still starting, within its timeout. Default: false.</summary>
        public bool WaitForServer { get; set; }

        /// <summary>How long a call that gives one answer may take, retries included. Default: 30 s.</summary>
        public TimeSpan CallTimeout { get; set; } = TimeSpan.FromSeconds(30);

        /// <summary>How long a beat may take to arrive, retries included. Default: 120 s.</summary>
        public TimeSpan BeatTimeout { get; set; } = TimeSpan.FromSeconds(120);

        /// <summary>When and how often a call is tried again.</summary>
        public RetryPolicy Retries { get; set; } = new RetryPolicy();

        /// <summary>Bytes of pictures and sounds kept in memory, by asset. Default: 32 MiB; 0: none.</summary>
        public long MediaCacheBytes { get; set; } = 32L << 20;

        /// <summary>Gets sentences for the developer, such as a retry. Null: nobody. Called where the call was made.</summary>
        public Action<string>? Log { get; set; }

        internal void Check()
        {
            CheckTime(ConnectTimeout, nameof(ConnectTimeout));
            CheckTime(CallTimeout, nameof(CallTimeout));
            CheckTime(BeatTimeout, nameof(BeatTimeout));
            if (Retries == null)
            {
                throw new ArgumentException($"{nameof(Retries)} is null; legal: a policy, with one attempt for none.");
            }

            if (MediaCacheBytes < 0)
            {
                throw new ArgumentException($"{nameof(MediaCacheBytes)} is {MediaCacheBytes}; legal: 0 or more.");
            }

            foreach (char letter in Token ?? throw new ArgumentException($"{nameof(Token)} is null; legal: text, empty for none."))
            {
                if (letter <= ' ' || letter > '~')
                {
                    throw new ArgumentException($"{nameof(Token)} has a character that no header carries; legal: ! to ~.");
                }
            }
        }

        internal static void CheckTime(TimeSpan value, string name)
        {
            if (value <= TimeSpan.Zero || value > TimeSpan.FromDays(1))
            {
                throw new ArgumentException($"{name} is {value}; legal: above 0, at most a day.");
            }
        }
    }
}
