using System;
using System.Collections.Generic;
using System.Threading.Tasks;

namespace Narrative
{
    /// <summary>
    /// Where a byte transport puts an answer as it comes: <see cref="Start"/> once, <see cref="Add"/> any number of times, then
    /// <see cref="Complete"/> or <see cref="Fail"/>. May be called from any thread; what comes after the end is ignored.
    /// </summary>
    public sealed class ByteResponse
    {
        private readonly object _lock = new object();
        private readonly FrameReader _frames;
        private TaskCompletionSource<bool>? _waiter;
        private bool _ended;

        internal ByteResponse(int maxMessageBytes) => _frames = new FrameReader(maxMessageBytes);

        internal int HttpStatus { get; private set; }

        internal IReadOnlyDictionary<string, string>? Headers { get; private set; }

        internal string? Failure { get; private set; }

        /// <summary>The status line and headers have come.</summary>
        /// <param name="httpStatus">Such as 200.</param>
        /// <param name="headers">Names in any case.</param>
        public void Start(int httpStatus, IEnumerable<KeyValuePair<string, string>> headers)
        {
            var known = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
            foreach (KeyValuePair<string, string> header in headers)
            {
                known[header.Key] = header.Value;
            }

            lock (_lock)
            {
                HttpStatus = httpStatus;
                Headers = known;
            }

            Wake();
        }

        /// <summary>Some bytes of the body have come; they are copied.</summary>
        public void Add(ReadOnlySpan<byte> bytes)
        {
            lock (_lock)
            {
                if (_ended)
                {
                    return;
                }

                _frames.Append(bytes);
            }

            Wake();
        }

        /// <summary>The body is complete.</summary>
        public void Complete() => End(null);

        /// <summary>The exchange broke.</summary>
        /// <param name="reason">A sentence for the developer.</param>
        public void Fail(string reason) => End(reason);

        /// <summary>Takes the next frame out; false when none is whole yet.</summary>
        /// <exception cref="FormatException">A frame is longer than is taken.</exception>
        internal bool TryTake(out byte flags, out byte[] payload)
        {
            lock (_lock)
            {
                return _frames.TryTake(out flags, out payload);
            }
        }

        /// <summary>Whether no more bytes will come; and whether some are left that make no whole frame.</summary>
        internal bool HasEnded(out bool leftover)
        {
            lock (_lock)
            {
                leftover = !_frames.IsEmpty;
                return _ended;
            }
        }

        /// <summary>Completes when something has changed since the last look, at once if it has.</summary>
        internal Task WaitAsync()
        {
            lock (_lock)
            {
                if (_ended || _frames.HasFrame)
                {
                    return Task.CompletedTask;
                }

                _waiter ??= new TaskCompletionSource<bool>();
                return _waiter.Task;
            }
        }

        /// <summary>Lets who waits look again.</summary>
        internal void Wake()
        {
            TaskCompletionSource<bool>? waiter;
            lock (_lock)
            {
                waiter = _waiter;
                _waiter = null;
            }

            waiter?.TrySetResult(true); // outside of the lock: what waits may run right here
        }

        private void End(string? failure)
        {
            lock (_lock)
            {
                if (!_ended)
                {
                    _ended = true;
                    Failure = failure;
                }
            }

            Wake();
        }
    }
}
