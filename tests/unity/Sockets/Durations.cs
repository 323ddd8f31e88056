using System;
using System.Collections.Generic;

namespace Narrative.Sockets
{
    /// <summary>Times that were measured, in milliseconds, and what they come to. Not for several threads.</summary>
    public sealed class Durations
    {
        private readonly List<double> _values = new List<double>(1 << 16);

        /// <summary>How many there are.</summary>
        public int Count => _values.Count;

        /// <summary>The middle one; 0 when there is none.</summary>
        public double Median => At(0.5);

        /// <summary>The one that 99 of 100 do not exceed; 0 when there is none.</summary>
        public double P99 => At(0.99);

        /// <summary>The longest; 0 when there is none.</summary>
        public double Max => At(1);

        /// <summary>Takes one.</summary>
        public void Add(TimeSpan time) => _values.Add(time.TotalMilliseconds);

        /// <summary>Forgets all, such as those of a warm-up.</summary>
        public void Clear() => _values.Clear();

        private double At(double share)
        {
            if (_values.Count == 0)
            {
                return 0;
            }

            double[] sorted = _values.ToArray();
            Array.Sort(sorted);
            return sorted[(int)Math.Ceiling(share * sorted.Length) - 1];
        }
    }
}
