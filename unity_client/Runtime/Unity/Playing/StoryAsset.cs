using System;
using System.Collections.Generic;
using UnityEngine;

namespace Narrative
{
    /// <summary>A character, as a designer fills it in.</summary>
    [Serializable]
    public sealed class CharacterEntry
    {
        [Tooltip("As it is shown, 1 to 60 characters, unique in the story; \"Player\" is taken.")]
        [SerializeField] private string _name = "";

        [Tooltip("How they are and talk, up to 600 characters. Empty: plain.")]
        [TextArea(2, 5)]
        [SerializeField] private string _persona = "";

        [Tooltip("What a picture of them shows, up to 300 characters. Empty: drawn from persona or name.")]
        [TextArea(1, 3)]
        [SerializeField] private string _look = "";

        [Tooltip("A note on their way of speaking, up to 300 characters.")]
        [TextArea(1, 3)]
        [SerializeField] private string _voice = "";

        /// <summary>The name.</summary>
        public string Name { get => _name; set => _name = value; }

        /// <summary>How they are and talk.</summary>
        public string Persona { get => _persona; set => _persona = value; }

        /// <summary>What a picture of them shows.</summary>
        public string Look { get => _look; set => _look = value; }

        /// <summary>Their way of speaking.</summary>
        public string Voice { get => _voice; set => _voice = value; }

        /// <summary>As the client takes it.</summary>
        public Character ToCharacter() => new Character(_name) { Persona = _persona, Look = _look, Voice = _voice };
    }

    /// <summary>A story's fixed part: its world, characters and lore.</summary>
    [CreateAssetMenu(menuName = "Narrative/Story", fileName = "Story")]
    public sealed class StoryAsset : ScriptableObject
    {
        [Tooltip("For people, up to 120 characters.")]
        [SerializeField] private string _title = "";

        [Tooltip("The world in a few sentences, up to 2,000 characters.")]
        [TextArea(3, 10)]
        [SerializeField] private string _world = "";

        [Tooltip("The characters of the story, at most 16.")]
        [SerializeField] private List<CharacterEntry> _cast = new List<CharacterEntry>();

        [Tooltip("Things that are true in this world: at most 512 of up to 300 characters.")]
        [SerializeField] private List<string> _facts = new List<string>();

        [Tooltip("Words that keep the pictures alike, up to 200 characters, such as \"muted autumn colours\".")]
        [SerializeField] private string _styleWords = "";

        [Tooltip("What lines may say. Unspecified: as Mature.")]
        [SerializeField] private ContentLevel _contentLevel = ContentLevel.Unspecified;

        [Tooltip("Words that no line may hold, at most 200; a * at the end bans all that begin so.")]
        [SerializeField] private List<string> _bannedWords = new List<string>();

        [Tooltip("Whether every playthrough draws the same characters and places.")]
        [SerializeField] private bool _fixedSeed;

        [Tooltip("With a fixed seed: which, 0 or more.")]
        [Min(0)]
        [SerializeField] private int _seed;

        /// <summary>For people.</summary>
        public string Title { get => _title; set => _title = value; }

        /// <summary>The world in a few sentences.</summary>
        public string World { get => _world; set => _world = value; }

        /// <summary>The characters.</summary>
        public List<CharacterEntry> Cast => _cast;

        /// <summary>The lore.</summary>
        public List<string> Facts => _facts;

        /// <summary>Words that keep the pictures alike.</summary>
        public string StyleWords { get => _styleWords; set => _styleWords = value; }

        /// <summary>As the client takes it.</summary>
        public StoryContext ToContext()
        {
            var context = new StoryContext
            {
                World = _world, StyleWords = _styleWords, Seed = _fixedSeed ? (ulong)Math.Max(0, _seed) : (ulong?)null,
            };
            foreach (CharacterEntry entry in _cast)
            {
                context.Cast.Add(entry.ToCharacter());
            }

            context.Facts.AddRange(_facts);
            if (_contentLevel != ContentLevel.Unspecified || _bannedWords.Count > 0)
            {
                context.Controls = new DialogueControls { ContentLevel = _contentLevel };
                context.Controls.BannedWords.AddRange(_bannedWords);
            }

            return context;
        }
    }
}
