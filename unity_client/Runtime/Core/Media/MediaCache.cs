using System.Collections.Generic;

namespace Narrative
{
    /// <summary>
    /// Pictures and sounds by asset id, the least recently used dropped first. Beats fill it; a game looks here before it
    /// asks the server again. May be used from any thread.
    /// </summary>
    public sealed class MediaCache
    {
        private readonly long _maxBytes;
        private readonly Dictionary<string, LinkedListNode<Entry>> _entries = new Dictionary<string, LinkedListNode<Entry>>();
        private readonly LinkedList<Entry> _order = new LinkedList<Entry>(); // most recently used first

        internal MediaCache(long maxBytes) => _maxBytes = maxBytes;

        /// <summary>Bytes that it holds now.</summary>
        public long Bytes { get; private set; }

        /// <summary>Finds a picture.</summary>
        public bool TryGetPicture(string assetId, out Picture? picture)
        {
            picture = Find(assetId)?.Picture;
            return picture != null;
        }

        /// <summary>Finds a sound.</summary>
        public bool TryGetSound(string assetId, out Sound? sound)
        {
            sound = Find(assetId)?.Sound;
            return sound != null;
        }

        /// <summary>Drops everything.</summary>
        public void Clear()
        {
            lock (_entries)
            {
                _entries.Clear();
                _order.Clear();
                Bytes = 0;
            }
        }

        internal void Add(in BeatEvent told)
        {
            switch (told.Kind)
            {
                case BeatEventKind.Background:
                    Add(told.Background.Picture);
                    break;
                case BeatEventKind.Sprite:
                    Add(told.Sprite.Picture);
                    break;
                case BeatEventKind.Sound:
                    Add(told.Sound.Sound);
                    break;
            }
        }

        internal void Add(Picture picture) => Add(new Entry(picture.AssetId, picture.Data.Length, picture, null));

        internal void Add(Sound sound) => Add(new Entry(sound.AssetId, sound.Data.Length, null, sound));

        private void Add(Entry entry)
        {
            if (entry.AssetId.Length == 0 || entry.Bytes == 0 || entry.Bytes > _maxBytes)
            {
                return; // not stored by the server, only described, or too large
            }

            lock (_entries)
            {
                Remove(entry.AssetId);
                _entries[entry.AssetId] = _order.AddFirst(entry);
                Bytes += entry.Bytes;
                while (Bytes > _maxBytes)
                {
                    Remove(_order.Last!.Value.AssetId);
                }
            }
        }

        private Entry? Find(string assetId)
        {
            lock (_entries)
            {
                if (!_entries.TryGetValue(assetId, out LinkedListNode<Entry>? node))
                {
                    return null;
                }

                _order.Remove(node);
                _order.AddFirst(node);
                return node.Value;
            }
        }

        private void Remove(string assetId)
        {
            if (_entries.TryGetValue(assetId, out LinkedListNode<Entry>? node))
            {
                _entries.Remove(assetId);
                _order.Remove(node);
                Bytes -= node.Value.Bytes;
            }
        }

        private sealed class Entry
        {
            public Entry(string assetId, int bytes, Picture? picture, Sound? sound)
            {
                AssetId = assetId;
                Bytes = bytes;
                Picture = picture;
                Sound = sound;
            }

            public string AssetId { get; }

            public int Bytes { get; }

            public Picture? Picture { get; }

            public Sound? Sound { get; }
        }
    }
}
