namespace Narrative
{
    /// <summary>
    /// When a typewriter clicks: for each letter or digit that becomes visible, at most once in a while, so that a line which
    /// is shown at once clicks once.
    /// </summary>
    internal sealed class Blips
    {
        private int _seen;
        private double _quietUntilMs = double.NegativeInfinity;

        /// <summary>A new line begins.</summary>
        public void Reset()
        {
            _seen = 0;
            _quietUntilMs = double.NegativeInfinity;
        }

        /// <summary>Whether to click now.</summary>
        /// <param name="line">The line as far as it has come.</param>
        /// <param name="visible">How many of its characters are to be seen; no more than it has.</param>
        /// <param name="nowMs">The time in milliseconds.</param>
        /// <param name="intervalMs">The least time between two clicks, in milliseconds.</param>
        public bool Advance(TypedLine line, int visible, double nowMs, double intervalMs)
        {
            bool heard = false;
            for (; _seen < visible && _seen < line.Length; _seen++)
            {
                heard |= char.IsLetterOrDigit(line[_seen]);
            }

            if (!heard || nowMs < _quietUntilMs)
            {
                return false;
            }

            _quietUntilMs = nowMs + intervalMs;
            return true;
        }
    }
}
