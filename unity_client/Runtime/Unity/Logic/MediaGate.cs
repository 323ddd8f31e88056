using System.Collections.Generic;

namespace Narrative
{
    /// <summary>
    /// Brings a medium and its cue together: it is shown when both are there, in whichever order they come. Keys are those
    /// of the beat's plan.
    /// </summary>
    internal sealed class MediaGate<T>
        where T : class
    {
        private readonly Dictionary<string, T> _ready = new Dictionary<string, T>();
        private readonly HashSet<string> _due = new HashSet<string>();
        private readonly HashSet<string> _given = new HashSet<string>();

        /// <summary>The cue has come: the medium to show now, or null while it is not there or was shown.</summary>
        public T? Reach(string key)
        {
            _due.Add(key);
            return Take(key);
        }

        /// <summary>The medium is there: itself when its cue has come, or null.</summary>
        public T? Provide(string key, T medium)
        {
            if (_given.Contains(key))
            {
                return null; // shown before, or left out
            }

            _ready[key] = medium;
            return _due.Contains(key) ? Take(key) : null;
        }

        /// <summary>Its cue is left out; a medium that comes later is not shown.</summary>
        public void Drop(string key)
        {
            _given.Add(key);
            _ready.Remove(key);
        }

        /// <summary>All that had no cue, for the beat's end.</summary>
        public IReadOnlyList<KeyValuePair<string, T>> TakeRest()
        {
            var rest = new List<KeyValuePair<string, T>>(_ready);
            foreach (KeyValuePair<string, T> medium in rest)
            {
                _given.Add(medium.Key);
            }

            _ready.Clear();
            return rest;
        }

        public void Clear()
        {
            _ready.Clear();
            _due.Clear();
            _given.Clear();
        }

        private T? Take(string key)
        {
            if (!_ready.TryGetValue(key, out T? medium) || !_given.Add(key))
            {
                return null;
            }

            _ready.Remove(key);
            return medium;
        }
    }
}
