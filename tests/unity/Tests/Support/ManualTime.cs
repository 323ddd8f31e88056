using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace Narrative.Tests
{
    /// <summary>Time that stands still until the test moves it.</summary>
    internal sealed class ManualTime : INarrativeTime
    {
        private readonly List<(DateTime Due, TaskCompletionSource<bool> Wait)> _waits =
            new List<(DateTime, TaskCompletionSource<bool>)>();

        public DateTime UtcNow { get; private set; } = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

        /// <summary>Every delay that was asked for.</summary>
        public List<TimeSpan> Delays { get; } = new List<TimeSpan>();

        public Task DelayAsync(TimeSpan delay, CancellationToken cancellationToken)
        {
            Delays.Add(delay);
            var wait = new TaskCompletionSource<bool>();
            cancellationToken.Register(() => wait.TrySetCanceled(cancellationToken));
            _waits.Add((UtcNow + delay, wait));
            return wait.Task;
        }

        /// <summary>Awaits a task, jumping to the next delay whenever nothing else goes on.</summary>
        public async Task<T> Through<T>(Task<T> task)
        {
            while (!task.IsCompleted)
            {
                for (int turn = 0; turn < 50 && !task.IsCompleted; turn++)
                {
                    await Task.Yield();
                }

                if (!task.IsCompleted)
                {
                    Jump();
                }
            }

            return await task;
        }

        private void Jump()
        {
            _waits.RemoveAll(one => one.Wait.Task.IsCompleted);
            if (_waits.Count == 0)
            {
                throw new InvalidOperationException("Nothing waits for time, and nothing goes on.");
            }

            (DateTime due, TaskCompletionSource<bool> wait) = _waits.OrderBy(one => one.Due).First();
            UtcNow = due > UtcNow ? due : UtcNow;
            wait.TrySetResult(true);
        }
    }
}
