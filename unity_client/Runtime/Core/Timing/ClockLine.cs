using System;

namespace Narrative
{
    /// <summary>One line on a <see cref="BeatClock"/>: what came of it, and when it plays. Times are the clock's, in ms.</summary>
    internal sealed class ClockLine
    {
        /// <summary>Speed of text whose duration is not known yet: 155 words a minute.</summary>
        private const double CharactersPerMs = 15.0 / 1000;

        private string _text = "";

        public ClockLine(double arrivedMs) => ArrivedMs = arrivedMs;

        public double ArrivedMs { get; }

        /// <summary>The pause before it as its cue says; null while that is not known.</summary>
        public int? GapMs { get; set; }

        /// <summary>When it began; infinite before.</summary>
        public double StartMs { get; set; } = double.PositiveInfinity;

        /// <summary>When it ended; infinite before.</summary>
        public double EndMs { get; set; } = double.PositiveInfinity;

        public int DurationMs { get; private set; }

        public bool IsWhole { get; private set; }

        /// <summary>Not before this it may end: when a late line became whole.</summary>
        public double WholeMs { get; private set; }

        public int Received { get; private set; }

        public bool Hurried { get; set; }

        public bool WasCut { get; private set; }

        public double CutMs { get; private set; }

        public void Receive(string text) => Received += text.Length;

        public void Finish(string text, int durationMs, double nowMs)
        {
            WholeMs = nowMs;
            Received = text.Length;
            DurationMs = durationMs;
            IsWhole = true;
            _text = text;
        }

        /// <summary>The beat ended without the rest of it.</summary>
        public void GiveUp(double nowMs)
        {
            if (!IsWhole)
            {
                WholeMs = nowMs;
                DurationMs = (int)(Received / CharactersPerMs);
                IsWhole = true;
            }
        }

        public void Cut(double nowMs)
        {
            WasCut = true;
            CutMs = nowMs;
        }

        /// <summary>When it begins, or one of its words (past the last: its end); infinite while that is not known.</summary>
        /// <param name="startMs">When it begins, as far as that is known.</param>
        /// <param name="anchor">Which moment of it; not its end.</param>
        public double At(double startMs, Anchor anchor)
        {
            if (anchor.Edge == AnchorEdge.Start)
            {
                return startMs;
            }

            if (!WasCut && !IsWhole)
            {
                return double.PositiveInfinity;
            }

            return startMs + (DurationMs * ShareBeforeWord(anchor.Word));
        }

        /// <summary>How many characters are to be seen: evenly over the line's time, never more than have come.</summary>
        public int VisibleAt(double nowMs)
        {
            if (Hurried)
            {
                return Received;
            }

            double pace = IsWhole && DurationMs > 0 ? (double)Received / DurationMs : CharactersPerMs;
            return (int)Math.Min(Received, (nowMs - StartMs) * pace);
        }

        /// <summary>The share of the line's characters before a word, from 0; 1 past the last word.</summary>
        private double ShareBeforeWord(int word)
        {
            for (int index = 0; index < _text.Length; index++)
            {
                if (StartsWord(_text, index) && word-- == 0)
                {
                    return (double)index / _text.Length;
                }
            }

            return 1;
        }

        private static bool StartsWord(string text, int index) =>
            !char.IsWhiteSpace(text[index]) && (index == 0 || char.IsWhiteSpace(text[index - 1]));
    }
}
