using System;
using System.Threading;
using System.Threading.Tasks;
using UnityEngine;

namespace Narrative.Samples
{
    /// <summary>
    /// A cutscene by script: one beat after the other is awaited, the second depends on what became of the first. Put it on an
    /// object, set the player, and call <see cref="Run"/>, such as by a UnityEvent.
    /// </summary>
    public sealed class Cutscene : MonoBehaviour
    {
        [Tooltip("Plays the beats.")]
        [SerializeField] private BeatPlayer? _player;

        private readonly CancellationTokenSource _destroyed = new CancellationTokenSource();

        /// <summary>Plays the cutscene; for UnityEvents.</summary>
        public async void Run()
        {
            try
            {
                await RunAsync(_destroyed.Token);
            }
            catch (OperationCanceledException)
            {
                // The object is gone, and the cutscene with it.
            }
        }

        /// <summary>Plays the cutscene.</summary>
        /// <param name="cancellationToken">Ends it with <see cref="OperationCanceledException"/>.</param>
        public async Task RunAsync(CancellationToken cancellationToken)
        {
            if (_player == null)
            {
                throw new InvalidOperationException("Player is empty: set it in the inspector.");
            }

            var arrival = new StoryBeat { Event = "The envoy arrives at the gate, soaked and alone.", Place = "city gate, rain" };
            arrival.FallbackLines.Add(new FallbackEntry { Speaker = "Guard", Text = "Nobody passes after dark." });
            BeatOutcome outcome = await _player.PlayAsync(arrival, 10, cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();

            string what = outcome == BeatOutcome.Finished
                ? "The guard lets the envoy in." : "The guard turns the envoy away.";
            var answer = new StoryBeat { Event = what, MaxLines = 2, Sounds = false };
            answer.FallbackLines.Add(new FallbackEntry { Speaker = "Guard", Text = "Come back at dawn.", Emotion = Emotion.Anger });
            await _player.PlayAsync(answer, 10, cancellationToken);
        }

        private void OnDestroy() => _destroyed.Cancel();
    }
}
