using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace Narrative
{
    /// <summary>An event of a beat, and its medium decoded where it has one.</summary>
    internal readonly struct FedEvent
    {
        public FedEvent(in BeatEvent told, object? medium)
        {
            Told = told;
            Medium = medium;
        }

        public BeatEvent Told { get; }

        /// <summary>What the preparation made of it; null: nothing, or it could not be decoded.</summary>
        public object? Medium { get; }
    }

    /// <summary>
    /// Carries a beat's events from where they arrive to the main thread, which takes as many a frame as it likes. Where
    /// there are threads, reading and decoding happen on the pool: awaited on Unity's main thread each event would cost a
    /// frame. An event costs no allocation here once the queue has grown.
    /// </summary>
    internal sealed class BeatFeed
    {
        private readonly Queue<FedEvent> _events = new Queue<FedEvent>(64);
        private bool _closed;

        private BeatFeed()
        {
        }

        /// <summary>How the stream broke; null: it did not. Final once <see cref="Ended"/>.</summary>
        public Exception? Failure { get; private set; }

        /// <summary>Whether the stream is over and everything was taken.</summary>
        public bool Ended
        {
            get
            {
                lock (_events)
                {
                    return _closed && _events.Count == 0;
                }
            }
        }

        /// <summary>Starts to read.</summary>
        /// <param name="events">The beat; enumerated once.</param>
        /// <param name="prepare">Decodes an event's medium; what it throws fails that medium only.</param>
        /// <param name="log">Gets a sentence about a medium that does not decode; from any thread.</param>
        /// <param name="onPool">Whether to read on the thread pool; false where there are no threads.</param>
        /// <param name="cancellationToken">Cancels the beat.</param>
        public static BeatFeed Start(
            IAsyncEnumerable<BeatEvent> events, Func<BeatEvent, object?> prepare, Action<string> log, bool onPool,
            CancellationToken cancellationToken)
        {
            var feed = new BeatFeed();
            if (onPool)
            {
                _ = Task.Run(() => feed.ReadAsync(events, prepare, log, cancellationToken));
            }
            else
            {
                _ = feed.ReadAsync(events, prepare, log, cancellationToken);
            }

            return feed;
        }

        /// <summary>A feed of events that are all there.</summary>
        public static BeatFeed Of(IReadOnlyList<BeatEvent> events)
        {
            var feed = new BeatFeed { _closed = true };
            foreach (BeatEvent told in events)
            {
                feed._events.Enqueue(new FedEvent(told, null));
            }

            return feed;
        }

        /// <summary>Takes the oldest event that waits.</summary>
        public bool TryTake(out FedEvent fed)
        {
            lock (_events)
            {
                if (_events.Count == 0)
                {
                    fed = default;
                    return false;
                }

                fed = _events.Dequeue();
                return true;
            }
        }

        private async Task ReadAsync(
            IAsyncEnumerable<BeatEvent> events, Func<BeatEvent, object?> prepare, Action<string> log,
            CancellationToken cancellationToken)
        {
            Exception? failure = null;
            try
            {
                await foreach (BeatEvent told in events.WithCancellation(cancellationToken))
                {
                    object? medium = Prepare(told, prepare, log);
                    lock (_events)
                    {
                        _events.Enqueue(new FedEvent(told, medium));
                    }
                }
            }
            catch (Exception error)
            {
                failure = error; // told to whoever takes the events
            }

            lock (_events)
            {
                Failure = failure;
                _closed = true;
            }
        }

        private static object? Prepare(in BeatEvent told, Func<BeatEvent, object?> prepare, Action<string> log)
        {
            try
            {
                return prepare(told);
            }
            catch (FormatException error)
            {
                log($"{told.Kind} {told.Sequence} is left out: {error.Message}");
                return null;
            }
        }
    }
}
