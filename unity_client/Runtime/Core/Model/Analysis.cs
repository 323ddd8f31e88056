using System.Collections.Generic;

namespace Narrative
{
    /// <summary>How likely one emotion is.</summary>
    public readonly struct EmotionScore
    {
        internal EmotionScore(Emotion emotion, float score)
        {
            Emotion = emotion;
            Score = score;
        }

        /// <summary>The emotion.</summary>
        public Emotion Emotion { get; }

        /// <summary>Its share, 0 to 1; all shares add up to 1.</summary>
        public float Score { get; }
    }

    /// <summary>What words, a picture or a sound mean. Immutable.</summary>
    public sealed class Analysis
    {
        internal Analysis(
            Mood mood, IReadOnlyList<EmotionScore> scores, float valence, IReadOnlyList<string> keywords,
            IReadOnlyList<float> embedding, IReadOnlyList<float> sharedEmbedding)
        {
            Mood = mood;
            Scores = scores;
            Valence = valence;
            Keywords = keywords;
            Embedding = embedding;
            SharedEmbedding = sharedEmbedding;
        }

        /// <summary>The mood, with emotion and intensity set.</summary>
        public Mood Mood { get; }

        /// <summary>All emotions, most likely first.</summary>
        public IReadOnlyList<EmotionScore> Scores { get; }

        /// <summary>From unpleasant -1 to pleasant 1.</summary>
        public float Valence { get; }

        /// <summary>The most telling words, best first, at most 8.</summary>
        public IReadOnlyList<string> Keywords { get; }

        /// <summary>Of words alone: numbers of unit length as a whole; near means alike. Empty of pictures and sounds.</summary>
        public IReadOnlyList<float> Embedding { get; }

        /// <summary>
        /// Numbers of unit length as a whole, in the space that words and pictures share: the dot product of two tells how
        /// well they fit. Empty where the server has no model for it, and from a server before contract 1.2.
        /// </summary>
        public IReadOnlyList<float> SharedEmbedding { get; }
    }
}
