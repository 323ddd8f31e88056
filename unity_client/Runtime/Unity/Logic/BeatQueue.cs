using System;
using System.Collections.Generic;

namespace Narrative
{
    /// <summary>What happens to a beat that is raised while another one plays.</summary>
    public enum OverlapPolicy
    {
        /// <summary>It waits its turn; when the queue is full it is dropped.</summary>
        Queue = 0,

        /// <summary>It ends the one that plays, and everything that waits.</summary>
        Interrupt = 1,

        /// <summary>It is dropped.</summary>
        Drop = 2,

        /// <summary>
        /// One of higher priority than the one that plays ends it; others wait, the highest first. A full queue drops the
        /// lowest, the newest among equals.
        /// </summary>
        Priority = 3,
    }

    /// <summary>What became of a beat that was offered.</summary>
    internal enum Admission
    {
        /// <summary>Nothing plays: begin it.</summary>
        Begin,

        /// <summary>It waits.</summary>
        Queued,

        /// <summary>End the one that plays and begin it.</summary>
        Interrupt,

        /// <summary>It is not played.</summary>
        Dropped,
    }

    /// <summary>Beats that wait while one plays. Not for several threads.</summary>
    internal sealed class BeatQueue<T>
        where T : class
    {
        private readonly List<Entry> _waiting = new List<Entry>();
        private int _playingPriority;

        /// <summary>At most so many wait.</summary>
        public int Depth { get; set; } = 2;

        public OverlapPolicy Policy { get; set; } = OverlapPolicy.Queue;

        /// <summary>Whether one plays.</summary>
        public bool Playing { get; private set; }

        public int Count => _waiting.Count;

        /// <summary>Decides about a beat. Those that make way for it are told to <paramref name="dropped"/>.</summary>
        public Admission Offer(T beat, int priority, Action<T> dropped)
        {
            if (!Playing)
            {
                Playing = true;
                _playingPriority = priority;
                return Admission.Begin;
            }

            switch (Policy)
            {
                case OverlapPolicy.Interrupt:
                    Clear(dropped);
                    _playingPriority = priority;
                    return Admission.Interrupt;
                case OverlapPolicy.Priority when priority > _playingPriority:
                    _playingPriority = priority;
                    return Admission.Interrupt;
                case OverlapPolicy.Priority:
                    return Insert(beat, priority, dropped);
                case OverlapPolicy.Queue when _waiting.Count < Depth:
                    _waiting.Add(new Entry(beat, priority));
                    return Admission.Queued;
                default:
                    return Admission.Dropped;
            }
        }

        /// <summary>The beat that played is over; the next one, which now plays, or null.</summary>
        public T? Next()
        {
            Playing = _waiting.Count > 0;
            if (!Playing)
            {
                return null;
            }

            Entry next = _waiting[0];
            _waiting.RemoveAt(0);
            _playingPriority = next.Priority;
            return next.Beat;
        }

        /// <summary>Drops all that wait.</summary>
        public void Clear(Action<T> dropped)
        {
            Entry[] gone = _waiting.ToArray();
            _waiting.Clear();
            foreach (Entry entry in gone)
            {
                dropped(entry.Beat);
            }
        }

        private Admission Insert(T beat, int priority, Action<T> dropped)
        {
            int index = _waiting.FindIndex(entry => entry.Priority < priority);
            index = index < 0 ? _waiting.Count : index;
            if (index >= Depth)
            {
                return Admission.Dropped;
            }

            _waiting.Insert(index, new Entry(beat, priority));
            if (_waiting.Count > Depth)
            {
                Entry last = _waiting[_waiting.Count - 1];
                _waiting.RemoveAt(_waiting.Count - 1);
                dropped(last.Beat);
            }

            return Admission.Queued;
        }

        private readonly struct Entry
        {
            public Entry(T beat, int priority)
            {
                Beat = beat;
                Priority = priority;
            }

            public T Beat { get; }

            public int Priority { get; }
        }
    }
}
