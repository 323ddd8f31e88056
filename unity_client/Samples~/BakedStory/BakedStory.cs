using System.Collections.Generic;
using System.Threading.Tasks;
using UnityEngine;

namespace Narrative.Samples
{
    /// <summary>
    /// A story without a server: plays baked beats in order. Bake them in the Story Desk and put them in the list; while it is
    /// empty, two beats of lines alone are played.
    /// </summary>
    public sealed class BakedStory : MonoBehaviour
    {
        [Tooltip("Plays the beats; it needs no story and no connection.")]
        [SerializeField] private BeatPlayer? _player;

        [Tooltip("What the Story Desk baked, in order.")]
        [SerializeField] private List<StoryBeatAsset> _beats = new List<StoryBeatAsset>();

        private async void Start()
        {
            if (_player == null)
            {
                Debug.LogError("Player is empty: set it in the inspector.", this);
                return;
            }

            foreach (StoryBeatAsset beat in _beats.Count > 0 ? _beats : WithoutPictures())
            {
                if (await PlayAsync(_player, beat) == BeatOutcome.Interrupted)
                {
                    return; // the player was stopped or destroyed
                }
            }
        }

        private static Task<BeatOutcome> PlayAsync(BeatPlayer player, StoryBeatAsset beat)
        {
            foreach (string problem in beat.Problems())
            {
                Debug.LogWarning(problem, beat);
            }

            return player.PlayAsync(beat);
        }

        private static List<StoryBeatAsset> WithoutPictures() => new List<StoryBeatAsset>
        {
            StoryBeatAsset.Of(new[]
            {
                new FallbackLine("Ferryman", "The river took the bridge last night.", Emotion.Sadness),
                new FallbackLine("Ferryman", "I can take you over, for a coin."),
            }),
            StoryBeatAsset.Of(new[] { new FallbackLine("Ferryman", "Hold on. It is deeper than it looks.", Emotion.Fear) }),
        };
    }
}
