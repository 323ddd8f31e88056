using System;
using System.Collections.Generic;

namespace Narrative
{
    /// <summary>
    /// Spreads work that only the main thread may do, such as making textures and clips, over frames: each frame runs at most
    /// a budget of bytes, and at least one piece, so that a piece above the budget is done too.
    /// </summary>
    internal sealed class UploadQueue
    {
        private readonly Queue<(int Bytes, Action Work)> _pieces = new Queue<(int, Action)>();

        /// <summary>Bytes a frame.</summary>
        public int BudgetBytes { get; set; } = 256 << 10;

        public int Count => _pieces.Count;

        public void Add(int bytes, Action work) => _pieces.Enqueue((bytes, work));

        public void Clear() => _pieces.Clear();

        /// <summary>Does a frame's share.</summary>
        public void RunFrame()
        {
            int left = BudgetBytes;
            while (_pieces.Count > 0)
            {
                (int bytes, Action work) = _pieces.Peek();
                if (bytes > left && left < BudgetBytes)
                {
                    return;
                }

                left -= bytes;
                _pieces.Dequeue();
                work();
                if (left <= 0)
                {
                    return;
                }
            }
        }
    }
}
