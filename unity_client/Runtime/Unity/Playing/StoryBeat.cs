using System;
using System.Collections.Generic;
using UnityEngine;

namespace Narrative
{
    /// <summary>A line written by hand, as a designer fills it in.</summary>
    [Serializable]
    public sealed class FallbackEntry
    {
        [Tooltip("Who speaks.")]
        [SerializeField] private string _speaker = "";

        [Tooltip("The words.")]
        [TextArea(1, 3)]
        [SerializeField] private string _text = "";

        [Tooltip("The feeling. Unspecified: neutral.")]
        [SerializeField] private Emotion _emotion = Emotion.Neutral;

        /// <summary>Who speaks.</summary>
        public string Speaker { get => _speaker; set => _speaker = value; }

        /// <summary>The words.</summary>
        public string Text { get => _text; set => _text = value; }

        /// <summary>The feeling.</summary>
        public Emotion Emotion { get => _emotion; set => _emotion = value; }
    }

    /// <summary>One beat as a designer asks for it: what happened, where, who is there.</summary>
    [Serializable]
    public sealed class StoryBeat
    {
        [Tooltip("One sentence: what the player just did or saw, 1 to 500 characters.")]
        [TextArea(2, 4)]
        [SerializeField] private string _event = "";

        [Tooltip("The kind of event as one word, such as enter_area. Empty: told from the sentence.")]
        [SerializeField] private string _kind = "";

        [Tooltip("Place, time of day, weather, up to 200 characters. Empty: the place of the beat before.")]
        [SerializeField] private string _place = "";

        [Tooltip("Names of who is present, 1 to 6 of the story's cast. Empty: the whole cast.")]
        [SerializeField] private List<string> _present = new List<string>();

        [Tooltip("Facts known at this moment, at most 16 of up to 300 characters.")]
        [SerializeField] private List<string> _facts = new List<string>();

        [Tooltip("What the player just said, up to 500 characters.")]
        [SerializeField] private string _playerLine = "";

        [Tooltip("The mood. Unspecified: inferred from the words.")]
        [SerializeField] private Emotion _emotion = Emotion.Unspecified;

        [Tooltip("At most so many lines, 1 to 8; 0: 3.")]
        [Range(0, 8)]
        [SerializeField] private int _maxLines;

        [Tooltip("Whether a background is wanted.")]
        [SerializeField] private bool _background = true;

        [Tooltip("Whether sprites are wanted.")]
        [SerializeField] private bool _sprites = true;

        [Tooltip("Whether sounds are wanted.")]
        [SerializeField] private bool _sounds = true;

        [Tooltip("Lines written by hand, played when there is no server. Empty: the player's On Failed event is raised instead.")]
        [SerializeField] private List<FallbackEntry> _fallbackLines = new List<FallbackEntry>();

        /// <summary>One sentence: what the player just did or saw.</summary>
        public string Event { get => _event; set => _event = value; }

        /// <summary>The kind of event; empty: told from the sentence.</summary>
        public string Kind { get => _kind; set => _kind = value; }

        /// <summary>Place, time of day, weather.</summary>
        public string Place { get => _place; set => _place = value; }

        /// <summary>Names of who is present; empty: the whole cast.</summary>
        public List<string> Present => _present;

        /// <summary>Facts known at this moment.</summary>
        public List<string> Facts => _facts;

        /// <summary>What the player just said.</summary>
        public string PlayerLine { get => _playerLine; set => _playerLine = value; }

        /// <summary>The mood; unspecified: inferred.</summary>
        public Emotion Emotion { get => _emotion; set => _emotion = value; }

        /// <summary>At most so many lines; 0: 3.</summary>
        public int MaxLines { get => _maxLines; set => _maxLines = value; }

        /// <summary>Whether a background is wanted.</summary>
        public bool Background { get => _background; set => _background = value; }

        /// <summary>Whether sprites are wanted.</summary>
        public bool Sprites { get => _sprites; set => _sprites = value; }

        /// <summary>Whether sounds are wanted.</summary>
        public bool Sounds { get => _sounds; set => _sounds = value; }

        /// <summary>Lines written by hand, played when there is no server.</summary>
        public List<FallbackEntry> FallbackLines => _fallbackLines;

        /// <summary>The request of a session's beat.</summary>
        /// <param name="sessionId">Which session.</param>
        public BeatRequest ToRequest(string sessionId) => Fill(new BeatRequest(sessionId, new StoryTrigger(_event, _kind)));

        /// <summary>The request of a beat that is not stored.</summary>
        /// <param name="story">The story so far.</param>
        public BeatRequest ToRequest(InlineStory story) => Fill(new BeatRequest(story, new StoryTrigger(_event, _kind)));

        private BeatRequest Fill(BeatRequest request)
        {
            request.Place = _place;
            request.PlayerLine = _playerLine;
            request.Mood = _emotion == Emotion.Unspecified ? null : new Mood(_emotion);
            request.MaxLines = _maxLines > 0 ? _maxLines : (int?)null;
            foreach (string name in _present)
            {
                request.Cast.Add(new Character(name));
            }

            request.Facts.AddRange(_facts);
            foreach (FallbackEntry line in _fallbackLines)
            {
                if (!string.IsNullOrWhiteSpace(line.Text))
                {
                    Emotion emotion = line.Emotion == Emotion.Unspecified ? Emotion.Neutral : line.Emotion;
                    request.FallbackLines.Add(new FallbackLine(line.Speaker, line.Text, emotion));
                }
            }

            // Raw pixels: a PNG would be decoded on the main thread.
            request.Media = new WantedMedia
            {
                Background = _background,
                Sprites = _sprites,
                Sounds = _sounds,
                BackgroundFormat = new PictureFormat { Encoding = PictureEncoding.Rgba32 },
                SpriteFormat = new PictureFormat { Encoding = PictureEncoding.Rgba32 },
            };
            return request;
        }
    }
}
