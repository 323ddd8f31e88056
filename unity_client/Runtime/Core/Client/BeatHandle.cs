using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace Narrative
{
    /// <summary>
    /// One beat by events. Subscribe, then <see cref="PlayAsync"/>. Events are raised where that was called (in Unity: on the
    /// main thread), in the order of the stream. An exception of a subscriber ends the beat and comes out of PlayAsync.
    /// </summary>
    public sealed class BeatHandle
    {
        private readonly IAsyncEnumerable<BeatEvent> _events;
        private readonly CancellationTokenSource _cancel = new CancellationTokenSource();
        private bool _started;

        internal BeatHandle(IAsyncEnumerable<BeatEvent> events) => _events = events;

        /// <summary>Every event, before the event of its kind.</summary>
        public event Action<BeatEvent>? AnyEvent;

        /// <summary>The request is legal and has begun.</summary>
        public event Action<BeatAccepted>? Accepted;

        /// <summary>A character is about to speak.</summary>
        public event Action<LineStarted>? LineStarted;

        /// <summary>Some more words of the line that was started last.</summary>
        public event Action<LineDelta>? LineDelta;

        /// <summary>A line is complete.</summary>
        public event Action<LineFinished>? LineFinished;

        /// <summary>A caption for the screen, never spoken.</summary>
        public event Action<string>? Narration;

        /// <summary>The background is ready.</summary>
        public event Action<BackgroundReady>? BackgroundReady;

        /// <summary>A sprite is ready.</summary>
        public event Action<SpriteReady>? SpriteReady;

        /// <summary>A sound is ready.</summary>
        public event Action<SoundReady>? SoundReady;

        /// <summary>New cues.</summary>
        public event Action<Timeline>? TimelineChanged;

        /// <summary>Where the sprites stand.</summary>
        public event Action<Staging>? StagingChanged;

        /// <summary>Something is missing, the beat goes on.</summary>
        public event Action<BeatWarning>? Warned;

        /// <summary>The beat is played anew: drop what was shown of it.</summary>
        public event Action? Restarted;

        /// <summary>The end.</summary>
        public event Action<BeatFinished>? Finished;

        /// <summary>Plays the beat to its end.</summary>
        /// <param name="cancellationToken">Cancels it, as <see cref="Cancel"/> does.</param>
        /// <returns>How it ended.</returns>
        /// <exception cref="NarrativeException">It could not be played, and has no fallback lines.</exception>
        /// <exception cref="OperationCanceledException">It was cancelled.</exception>
        /// <exception cref="InvalidOperationException">It was played before.</exception>
        public async Task<BeatFinished> PlayAsync(CancellationToken cancellationToken = default)
        {
            if (_started)
            {
                throw new InvalidOperationException("A handle plays its beat once; open another one.");
            }

            _started = true;
            BeatFinished? finished = null;
            using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _cancel.Token);
            await foreach (BeatEvent told in _events.WithCancellation(linked.Token))
            {
                Raise(told);
                if (told.Kind == BeatEventKind.Finished)
                {
                    finished = told.Finished;
                }
            }

            return finished!; // the stream ends with it or throws
        }

        /// <summary>Cancels the beat: the server stops writing and keeps nothing. Does nothing after its end.</summary>
        public void Cancel() => _cancel.Cancel();

        private void Raise(in BeatEvent told)
        {
            AnyEvent?.Invoke(told);
            switch (told.Kind)
            {
                case BeatEventKind.Accepted:
                    Accepted?.Invoke(told.Accepted);
                    break;
                case BeatEventKind.LineStarted:
                    LineStarted?.Invoke(told.LineStarted);
                    break;
                case BeatEventKind.LineDelta:
                    LineDelta?.Invoke(told.LineDelta);
                    break;
                case BeatEventKind.LineFinished:
                    LineFinished?.Invoke(told.LineFinished);
                    break;
                case BeatEventKind.Narration:
                    Narration?.Invoke(told.Narration);
                    break;
                case BeatEventKind.Timeline:
                    TimelineChanged?.Invoke(told.Timeline);
                    break;
                case BeatEventKind.Restarted:
                    Restarted?.Invoke();
                    break;
                case BeatEventKind.Finished:
                    Finished?.Invoke(told.Finished);
                    break;
                default:
                    RaiseMedia(told);
                    break;
            }
        }

        private void RaiseMedia(in BeatEvent told)
        {
            switch (told.Kind)
            {
                case BeatEventKind.Background:
                    BackgroundReady?.Invoke(told.Background);
                    break;
                case BeatEventKind.Sprite:
                    SpriteReady?.Invoke(told.Sprite);
                    break;
                case BeatEventKind.Sound:
                    SoundReady?.Invoke(told.Sound);
                    break;
                case BeatEventKind.Staging:
                    StagingChanged?.Invoke(told.Staging);
                    break;
                case BeatEventKind.Warning:
                    Warned?.Invoke(told.Warning);
                    break;
            }
        }
    }
}
