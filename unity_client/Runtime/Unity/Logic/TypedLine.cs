using System;

namespace Narrative
{
    /// <summary>
    /// A line as it streams, in a buffer that is used again: appending costs no allocation once it has grown to the longest
    /// line.
    /// </summary>
    internal sealed class TypedLine
    {
        private char[] _characters = new char[256];

        public int Length { get; private set; }

        /// <summary>The buffer; its first <see cref="Length"/> characters are the line.</summary>
        public char[] Buffer => _characters;

        public char this[int index] => _characters[index];

        public void Clear() => Length = 0;

        public void Append(string text)
        {
            if (Length + text.Length > _characters.Length)
            {
                Array.Resize(ref _characters, Math.Max(Length + text.Length, _characters.Length * 2));
            }

            text.CopyTo(0, _characters, Length, text.Length);
            Length += text.Length;
        }

        /// <summary>Takes the whole line, which may lack the deltas' space at its ends.</summary>
        public void Set(string text)
        {
            Clear();
            Append(text);
        }

        /// <summary>
        /// How many characters to show so that no surrogate pair is torn: a position within one shows the whole pair.
        /// </summary>
        public int Whole(int visible)
        {
            int count = Math.Min(visible, Length);
            return count > 0 && count < Length && char.IsHighSurrogate(_characters[count - 1]) ? count + 1 : count;
        }

        /// <summary>The first characters, as a string of their own.</summary>
        public string Start(int count) => new string(_characters, 0, Math.Min(count, Length));
    }
}
