namespace Narrative
{
    /// <summary>A feeling that colours words, pictures and sounds.</summary>
    public enum Emotion
    {
        /// <summary>Asked: inferred by the server from the words. Never answered.</summary>
        Unspecified = 0,

        /// <summary>No strong feeling.</summary>
        Neutral = 1,

        /// <summary>Happiness, relief, triumph.</summary>
        Joy = 2,

        /// <summary>Grief, loss, longing.</summary>
        Sadness = 3,

        /// <summary>Rage, defiance, threat.</summary>
        Anger = 4,

        /// <summary>Dread, panic, unease.</summary>
        Fear = 5,

        /// <summary>Revulsion, contempt.</summary>
        Disgust = 6,

        /// <summary>Astonishment, wonder, shock.</summary>
        Surprise = 7,
    }

    /// <summary>The emotion of a moment and how strong it is. Immutable.</summary>
    public sealed class Mood
    {
        /// <summary>Makes a mood.</summary>
        /// <param name="emotion">The feeling; <see cref="Narrative.Emotion.Unspecified"/>: inferred by the server.</param>
        /// <param name="intensity">How strong, 0 to 1; null: 0.65 for a given emotion, else inferred.</param>
        public Mood(Emotion emotion, float? intensity = null)
        {
            Emotion = emotion;
            Intensity = intensity;
        }

        /// <summary>The feeling.</summary>
        public Emotion Emotion { get; }

        /// <summary>How strong, 0 to 1; null in a request: chosen by the server.</summary>
        public float? Intensity { get; }

        /// <inheritdoc/>
        public override string ToString() =>
            Intensity is float value ? System.FormattableString.Invariant($"{Emotion} {value:0.##}") : Emotion.ToString();
    }
}
