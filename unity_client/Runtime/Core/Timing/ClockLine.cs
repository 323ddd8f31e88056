using System;

namespace Narrative
{
    /// <summary>One line on a <see cref="BeatClock"/>: what came of it, and when it plays. Times are the clock's, in ms.</summary>
    internal sealed class ClockLine
    {
        /// <summary>Speed of text whose duration is not known yet: 155 words a minute.</summary>
        private const double CharactersPerMs = 15.0 / 1000;

        private int[] _wordOffsets = Array.Empty<int>();

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
            _wordOffsets = OffsetsOfWords(text);
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
        public double At(Anchor anchor)
        {
            if (anchor.Edge == AnchorEdge.Start)
            {
                return StartMs;
            }

            if (!WasCut && !IsWhole)
            {
                return double.PositiveInfinity;
            }

            return StartMs + (anchor.Word < _wordOffsets.Length ? WordMs(anchor.Word) : DurationMs);
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

        private double WordMs(int word) => Received == 0 ? 0 : (double)DurationMs * _wordOffsets[word] / Received;

        private static int[] OffsetsOfWords(string text)
        {
            int count = 0;
            for (int index = 0; index < text.Length; index++)
            {
                count += StartsWord(text, index) ? 1 : 0;
            }

            var offsets = new int[count];
            for (int index = text.Length - 1; index >= 0; index--)
            {
                if (StartsWord(text, index))
                {
                    offsets[--count] = index;
                }
            }

            return offsets;
        }

        private static bool StartsWord(string text, int index) =>
            !char.IsWhiteSpace(text[index]) && (index == 0 || char.IsWhiteSpace(text[index - 1]));
    }
}
