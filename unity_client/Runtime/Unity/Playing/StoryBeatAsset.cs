using System;
using System.Collections.Generic;
using UnityEngine;

namespace Narrative
{
    /// <summary>A beat with its pictures and sounds, which plays without a server. The Story Desk bakes it.</summary>
    public sealed class StoryBeatAsset : ScriptableObject
    {
        [SerializeField] private BakedBeat _beat = new BakedBeat();
        [SerializeField] private List<BakedTexture> _textures = new List<BakedTexture>();
        [SerializeField] private List<BakedClip> _clips = new List<BakedClip>();

        /// <summary>What happened, as its author wrote it.</summary>
        public string Event => _beat.Event;

        /// <summary>Where.</summary>
        public string Place => _beat.Place;

        /// <summary>How many lines it has.</summary>
        public int LineCount => _beat.Lines.Count;

        /// <summary>How long it plays, in milliseconds.</summary>
        public int DurationMs => _beat.TotalMs;

        internal BakedBeat Beat => _beat;

        /// <summary>Makes a beat of lines alone, without the Story Desk: for tests and for games that write their own.</summary>
        /// <param name="lines">What is said, in order; each plays as long as its words take to say.</param>
        public static StoryBeatAsset Of(IEnumerable<FallbackLine> lines)
        {
            StoryBeatAsset asset = CreateInstance<StoryBeatAsset>();
            foreach (FallbackLine line in lines)
            {
                asset._beat.Lines.Add(new BakedLine
                {
                    Speaker = line.Speaker,
                    Emotion = line.Emotion,
                    Text = line.Text,
                    DurationMs = OfflineBeat.DurationMs(line.Text),
                });
            }

            return asset;
        }

        /// <summary>Says what is missing, a sentence each; empty: nothing.</summary>
        public IReadOnlyList<string> Problems()
        {
            var problems = new List<string>();
            foreach (BakedMedium medium in _beat.Media)
            {
                bool there = medium.Medium == Medium.Sound ? Clip(medium.Key) != null : Texture(medium.Key) != null;
                if (!there)
                {
                    problems.Add($"{name}: the {medium.Medium} {medium.Key} is missing; bake the beat again.");
                }
            }

            return problems;
        }

        internal void Fill(BakedBeat beat)
        {
            _beat = beat;
            _textures.Clear();
            _clips.Clear();
        }

        internal void Add(string key, Texture2D texture) => _textures.Add(new BakedTexture { Key = key, Texture = texture });

        internal void Add(string key, AudioClip clip) => _clips.Add(new BakedClip { Key = key, Clip = clip });

        /// <summary>The picture of a key; null: it is missing.</summary>
        internal Texture2D? Texture(string key) => _textures.Find(one => one.Key == key)?.Texture;

        /// <summary>The sound of a key; null: it is missing.</summary>
        internal AudioClip? Clip(string key) => _clips.Find(one => one.Key == key)?.Clip;

        internal BakedMedium? Find(string key) => _beat.Media.Find(one => one.Key == key);

        [Serializable]
        private sealed class BakedTexture
        {
            public string Key = "";
            public Texture2D? Texture;
        }

        [Serializable]
        private sealed class BakedClip
        {
            public string Key = "";
            public AudioClip? Clip;
        }
    }
}
