using System;
using UnityEngine;
using UnityEngine.Events;

namespace Narrative
{
    /// <summary>What a <see cref="BeatPlayer"/> tells, for a designer to connect in the inspector. On the main thread.</summary>
    [Serializable]
    public sealed class BeatEvents
    {
        [Tooltip("A beat begins to play; what it is made of may still be on its way.")]
        [SerializeField] private UnityEvent _started = new UnityEvent();

        [Tooltip("A line begins: who speaks.")]
        [SerializeField] private UnityEvent<string> _lineStarted = new UnityEvent<string>();

        [Tooltip("A line begins: its feeling, such as Joy. For expressions and animators.")]
        [SerializeField] private UnityEvent<string> _emotion = new UnityEvent<string>();

        [Tooltip("A line is over: its words, for logs and subtitles.")]
        [SerializeField] private UnityEvent<string> _lineEnded = new UnityEvent<string>();

        [Tooltip("A caption that nobody speaks.")]
        [SerializeField] private UnityEvent<string> _narration = new UnityEvent<string>();

        [Tooltip("A background is shown.")]
        [SerializeField] private UnityEvent<Texture2D> _backgroundShown = new UnityEvent<Texture2D>();

        [Tooltip("Something of the beat is missing, the beat goes on: a sentence for the developer.")]
        [SerializeField] private UnityEvent<string> _warned = new UnityEvent<string>();

        [Tooltip("Everything was played.")]
        [SerializeField] private UnityEvent _finished = new UnityEvent();

        [Tooltip("A beat could not be played, or broke off, and has no fallback lines: a sentence for the developer.")]
        [SerializeField] private UnityEvent<string> _failed = new UnityEvent<string>();

        /// <summary>A beat begins to play.</summary>
        public UnityEvent Started => _started;

        /// <summary>A line begins: who speaks.</summary>
        public UnityEvent<string> LineStarted => _lineStarted;

        /// <summary>A line begins: its feeling.</summary>
        public UnityEvent<string> Emotion => _emotion;

        /// <summary>A line is over: its words.</summary>
        public UnityEvent<string> LineEnded => _lineEnded;

        /// <summary>A caption that nobody speaks.</summary>
        public UnityEvent<string> Narration => _narration;

        /// <summary>A background is shown.</summary>
        public UnityEvent<Texture2D> BackgroundShown => _backgroundShown;

        /// <summary>Something of the beat is missing.</summary>
        public UnityEvent<string> Warned => _warned;

        /// <summary>Everything was played.</summary>
        public UnityEvent Finished => _finished;

        /// <summary>A beat could not be played, or broke off; in that case after the lines that came.</summary>
        public UnityEvent<string> Failed => _failed;
    }
}
