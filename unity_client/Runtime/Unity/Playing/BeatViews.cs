using System;
using UnityEngine;

namespace Narrative
{
    /// <summary>Where a beat is shown; each may be left empty.</summary>
    [Serializable]
    public sealed class BeatViews
    {
        [Tooltip("Types what is said; empty: connect the events instead.")]
        [SerializeField] private DialogueView? _dialogue;

        [Tooltip("Shows the background; empty: it is not shown.")]
        [SerializeField] private BackgroundView? _background;

        [Tooltip("Shows the sprites; empty: they are not shown.")]
        [SerializeField] private SpriteStage? _stage;

        [Tooltip("Plays the sounds; empty: they are not played.")]
        [SerializeField] private SoundPlayer? _sounds;

        /// <summary>Types what is said.</summary>
        public DialogueView? Dialogue { get => _dialogue; set => _dialogue = value; }

        /// <summary>Shows the background.</summary>
        public BackgroundView? Background { get => _background; set => _background = value; }

        /// <summary>Shows the sprites.</summary>
        public SpriteStage? Stage { get => _stage; set => _stage = value; }

        /// <summary>Plays the sounds.</summary>
        public SoundPlayer? Sounds { get => _sounds; set => _sounds = value; }
    }
}
