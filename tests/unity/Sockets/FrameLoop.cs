using System;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading;
using System.Threading.Tasks;

namespace Narrative.Sockets
{
    /// <summary>
    /// One thread on which everything runs, as Unity's main thread has it: what awaits continues here, a step a frame's
    /// budget may measure.
    /// </summary>
    public sealed class FrameLoop : SynchronizationContext
    {
        private readonly BlockingCollection<(SendOrPostCallback Callback, object? State)> _work =
            new BlockingCollection<(SendOrPostCallback, object?)>();

        private FrameLoop()
        {
        }

        /// <summary>How long each continuation held the thread. Within the loop it may be cleared, after a warm-up.</summary>
        public Durations Steps { get; } = new Durations();

        /// <summary>The loop that the caller runs on.</summary>
        public static FrameLoop Running => (FrameLoop)Current!;

        /// <summary>Runs a task to its end on a new thread, with all that it awaits; blocks this one.</summary>
        /// <param name="body">What to run.</param>
        /// <param name="limit">Throws <see cref="TimeoutException"/> when it takes longer.</param>
        /// <returns>The loop, for its measures.</returns>
        public static FrameLoop Run(Func<Task> body, TimeSpan limit)
        {
            var loop = new FrameLoop();
            Exception? failure = null;
            var thread = new Thread(() => failure = loop.Loop(body)) { IsBackground = true, Name = "frame loop" };
            thread.Start();
            if (!thread.Join(limit))
            {
                throw new TimeoutException($"The loop still ran after {limit}.");
            }

            return failure == null ? loop : throw new AggregateException(failure);
        }

        /// <inheritdoc/>
        public override void Post(SendOrPostCallback d, object? state) => _work.Add((d, state));

        /// <inheritdoc/>
        public override void Send(SendOrPostCallback d, object? state) =>
            throw new NotSupportedException("Nothing may wait for the loop.");

        private Exception? Loop(Func<Task> body)
        {
            SetSynchronizationContext(this);
            Task task = body();
            _ = task.ContinueWith(_ => Post(_ => { }, null), TaskScheduler.Default);
            while (!task.IsCompleted)
            {
                // In pieces, so that the end is seen also when the pool that would wake this thread is starved.
                if (!_work.TryTake(out (SendOrPostCallback Callback, object? State) next, 20))
                {
                    continue;
                }

                long began = Stopwatch.GetTimestamp();
                next.Callback(next.State);
                Steps.Add(Stopwatch.GetElapsedTime(began));
            }

            return task.Exception?.InnerException ?? (task.IsCanceled ? new OperationCanceledException() : null);
        }
    }
}
