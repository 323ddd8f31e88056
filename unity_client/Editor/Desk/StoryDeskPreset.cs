using UnityEngine;

namespace Narrative
{
    /// <summary>What the Story Desk's form holds: a story and a beat of it. Saved as an asset, so that a team shares it.</summary>
    internal sealed class StoryDeskPreset : ScriptableObject
    {
        [Tooltip("The story's world, cast and lore.")]
        [SerializeField] private StoryAsset? _story;

        [Tooltip("What happened, where, and who is there.")]
        [SerializeField] private StoryBeat _beat = new StoryBeat();

        [Tooltip("Asking again with the same seed repeats the randomness of lines and sounds; 0: drawn by the server.")]
        [Min(0)]
        [SerializeField] private int _seed;

        public StoryAsset? Story => _story;

        public StoryBeat Beat => _beat;

        /// <summary>The beat as a request in a session.</summary>
        public BeatRequest ToRequest(string sessionId)
        {
            BeatRequest request = _beat.ToRequest(sessionId);
            request.Seed = _seed > 0 ? (ulong)_seed : (ulong?)null;
            return request;
        }
    }
}
