using System.Collections.Generic;

namespace Narrative
{
    /// <summary>Somebody who may be present and speak.</summary>
    public sealed class Character
    {
        /// <summary>Makes a character.</summary>
        /// <param name="name">As it is shown, 1 to 60 characters, unique in its cast; "Player" is taken.</param>
        public Character(string name) => Name = name;

        /// <summary>The name as it is shown.</summary>
        public string Name { get; set; }

        /// <summary>How they are and talk, up to 600 characters. Default: empty, plain.</summary>
        public string Persona { get; set; } = "";

        /// <summary>What a picture of them shows, up to 300 characters. Default: empty, drawn from persona or name.</summary>
        public string Look { get; set; } = "";

        /// <summary>A note on their way of speaking, up to 300 characters. Default: empty, none.</summary>
        public string Voice { get; set; } = "";
    }

    /// <summary>A line that was spoken earlier. Immutable.</summary>
    public sealed class HistoryLine
    {
        /// <summary>Makes a line.</summary>
        /// <param name="speaker">A character's name, or "Player"; 1 to 60 characters.</param>
        /// <param name="text">The words, 1 to 600 characters.</param>
        public HistoryLine(string speaker, string text)
        {
            Speaker = speaker;
            Text = text;
        }

        /// <summary>Who spoke.</summary>
        public string Speaker { get; }

        /// <summary>The words.</summary>
        public string Text { get; }
    }

    /// <summary>What happened in the game.</summary>
    public sealed class StoryTrigger
    {
        /// <summary>Makes a trigger.</summary>
        /// <param name="event">One sentence: what the player just did or saw, 1 to 500 characters.</param>
        /// <param name="kind">As one word, such as enter_area; empty: told from the sentence.</param>
        public StoryTrigger(string @event, string kind = "")
        {
            Event = @event;
            Kind = kind;
        }

        /// <summary>One sentence: what the player just did or saw.</summary>
        public string Event { get; set; }

        /// <summary>The kind of event, up to 60 characters of a-z, 0-9 and _; empty: told from the sentence.</summary>
        public string Kind { get; set; }

        /// <summary>Anything else that the words should know; at most 16, keys up to 40 characters, values up to 200.</summary>
        public Dictionary<string, string> Parameters { get; } = new Dictionary<string, string>();
    }

    /// <summary>A story's fixed part: given with a session once, or with each inline beat.</summary>
    public sealed class StoryContext
    {
        /// <summary>The world in a few sentences, up to 2,000 characters. Default: empty.</summary>
        public string World { get; set; } = "";

        /// <summary>The characters of the story, at most 16.</summary>
        public List<Character> Cast { get; } = new List<Character>();

        /// <summary>Things that are true in this world, its lore: at most 512 of up to 300 characters.</summary>
        public List<string> Facts { get; } = new List<string>();

        /// <summary>Words that keep the pictures alike, up to 200 characters. Default: empty.</summary>
        public string StyleWords { get; set; } = "";

        /// <summary>Where all randomness of pictures comes from, 0 to 2^63 - 1. Null: drawn by the server.</summary>
        public ulong? Seed { get; set; }

        /// <summary>How the lines of its beats are written. Null: nothing is banned.</summary>
        public DialogueControls? Controls { get; set; }
    }

    /// <summary>What lines may say.</summary>
    public enum ContentLevel
    {
        /// <summary>A beat: its story's level. A story: as <see cref="Mature"/>.</summary>
        Unspecified = 0,

        /// <summary>No swearing, slurs, sexual or gory words.</summary>
        Everyone = 1,

        /// <summary>Mild words are let through; strong swearing, slurs and sexual words are not.</summary>
        Teen = 2,

        /// <summary>No word is left out.</summary>
        Mature = 3,
    }

    /// <summary>How lines are written. A story's hold for all its beats; what a beat sets itself comes before them.</summary>
    public sealed class DialogueControls
    {
        /// <summary>Words that no line may hold, at most 200 with the story's; a * at the end bans all that begin so.</summary>
        public List<string> BannedWords { get; } = new List<string>();

        /// <summary>Which words are left out beside the banned ones. Default: as the story, else all are let through.</summary>
        public ContentLevel ContentLevel { get; set; }

        /// <summary>How freely words are drawn, 0 to 2. Null: the story's, else 0.5.</summary>
        public float? Temperature { get; set; }

        /// <summary>Whether lines keep from saying again what was said earlier. Null: the story's, else true.</summary>
        public bool? AvoidRepeats { get; set; }
    }

    /// <summary>A story told in the request: nothing of the beat is stored.</summary>
    public sealed class InlineStory
    {
        /// <summary>The story's fixed part.</summary>
        public StoryContext Context { get; set; } = new StoryContext();

        /// <summary>What was said before, oldest first, at most 64 lines.</summary>
        public List<HistoryLine> History { get; } = new List<HistoryLine>();
    }
}
