namespace Narrative
{
    /// <summary>Whether a trigger may fire: once only, and not before its cooldown is over.</summary>
    internal sealed class TriggerGate
    {
        private double _readyAtS = double.NegativeInfinity;

        /// <summary>Whether it has fired.</summary>
        public bool HasFired { get; private set; }

        /// <summary>Takes note of an attempt; true: fire.</summary>
        /// <param name="nowS">Seconds on any clock that only goes forward.</param>
        /// <param name="once">Whether a second time is refused.</param>
        /// <param name="cooldownS">Seconds between two times, 0 or more.</param>
        public bool TryFire(double nowS, bool once, float cooldownS)
        {
            if ((once && HasFired) || nowS < _readyAtS)
            {
                return false;
            }

            HasFired = true;
            _readyAtS = nowS + cooldownS;
            return true;
        }

        /// <summary>Makes it as if it had never fired.</summary>
        public void Reset()
        {
            HasFired = false;
            _readyAtS = double.NegativeInfinity;
        }
    }
}
