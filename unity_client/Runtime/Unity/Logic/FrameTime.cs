using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace Narrative
{
    /// <summary>
    /// Time for the core, moved on by whoever calls <see cref="Tick"/> each frame: the player loop in a game,
    /// EditorApplication.update in the editor. It goes on while the game is paused or its time scale is 0. Waits may be
    /// started from any thread; they complete within a tick.
    /// </summary>
    internal sealed class FrameTime : INarrativeTime
    {
        private readonly List<Wait> _waits = new List<Wait>();
        private readonly List<Wait> _over = new List<Wait>();
        private readonly Func<DateTime> _utcNow;

        public FrameTime(Func<DateTime> utcNow) => _utcNow = utcNow;

        public DateTime UtcNow => _utcNow();

        /// <summary>Waits that are not over.</summary>
        public int Count
        {
            get
            {
                lock (_waits)
                {
                    return _waits.Count;
                }
            }
        }

        public Task DelayAsync(TimeSpan delay, CancellationToken cancellationToken)
        {
            if (delay <= TimeSpan.Zero)
            {
                return cancellationToken.IsCancellationRequested ? Task.FromCanceled(cancellationToken) : Task.CompletedTask;
            }

            var wait = new Wait(UtcNow + delay, cancellationToken);
            lock (_waits)
            {
                _waits.Add(wait);
            }

            // Outside of the lock: a token that is cancelled already runs it right here.
            wait.Watch(() => Forget(wait));
            return wait.Task;
        }

        /// <summary>Completes what has become due.</summary>
        public void Tick()
        {
            lock (_waits)
            {
                if (_waits.Count == 0)
                {
                    return;
                }

                DateTime now = UtcNow;
                for (int index = _waits.Count - 1; index >= 0; index--)
                {
                    if (_waits[index].DueUtc <= now)
                    {
                        _over.Add(_waits[index]);
                        _waits.RemoveAt(index);
                    }
                }
            }

            foreach (Wait wait in _over)
            {
                wait.Complete();
            }

            _over.Clear();
        }

        private void Forget(Wait wait)
        {
            lock (_waits)
            {
                _waits.Remove(wait);
            }

            wait.Cancel();
        }

        private sealed class Wait
        {
            private readonly TaskCompletionSource<bool> _source = new TaskCompletionSource<bool>();
            private readonly CancellationToken _cancellationToken;
            private CancellationTokenRegistration _registration;

            public Wait(DateTime dueUtc, CancellationToken cancellationToken)
            {
                DueUtc = dueUtc;
                _cancellationToken = cancellationToken;
            }

            public DateTime DueUtc { get; }

            public Task Task => _source.Task;

            public void Watch(Action cancelled) => _registration = _cancellationToken.Register(cancelled);

            public void Complete()
            {
                _registration.Dispose();
                _source.TrySetResult(true);
            }

            public void Cancel() => _source.TrySetCanceled(_cancellationToken);
        }
    }
}
