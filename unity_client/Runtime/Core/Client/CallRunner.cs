using System;
using System.Threading;
using System.Threading.Tasks;
using Grpc.Core;

namespace Narrative
{
    /// <summary>What every call goes through: token, deadline, translation of errors, retries.</summary>
    internal sealed class CallRunner
    {
        private readonly NarrativeClientOptions _options;
        private readonly INarrativeTime _time;
        private readonly Metadata _headers = new Metadata();
        private readonly Random _dice = new Random();

        public CallRunner(NarrativeClientOptions options, INarrativeTime time)
        {
            _options = options;
            _time = time;
            if (options.Token.Length > 0)
            {
                _headers.Add("authorization", $"Bearer {options.Token}");
            }
        }

        public DateTime DeadlineIn(TimeSpan timeout) => _time.UtcNow + timeout;

        public CallOptions Options(DateTime deadline, CancellationToken cancellationToken) =>
            new CallOptions(_headers, deadline, cancellationToken);

        /// <summary>Makes a call that gives one answer.</summary>
        /// <param name="start">Starts it; called once a try.</param>
        /// <param name="timeout">For all tries together.</param>
        /// <param name="safe">Whether carrying it out twice does no harm.</param>
        /// <param name="cancellationToken">Ends it with <see cref="OperationCanceledException"/>.</param>
        /// <exception cref="NarrativeException">As the server answered, or its absence.</exception>
        public async Task<TResponse> UnaryAsync<TResponse>(
            Func<CallOptions, AsyncUnaryCall<TResponse>> start, TimeSpan timeout, bool safe, CancellationToken cancellationToken)
        {
            DateTime deadline = DeadlineIn(timeout);
            for (int attempt = 1; ; attempt++)
            {
                NarrativeException failure;
                try
                {
                    using AsyncUnaryCall<TResponse> call = start(Options(deadline, cancellationToken));
                    return await call.ResponseAsync;
                }
                catch (RpcException error)
                {
                    failure = Translate(error, cancellationToken);
                }

                if (!await WaitToRetryAsync(attempt, failure, safe, deadline, cancellationToken))
                {
                    throw failure;
                }
            }
        }

        /// <summary>Makes a call that gives a stream, and reads it to its end. After its first message it is not tried again.</summary>
        /// <param name="start">Starts it; called once a try.</param>
        /// <param name="timeout">For all tries together.</param>
        /// <param name="take">Gets each message.</param>
        /// <param name="cancellationToken">Ends it with <see cref="OperationCanceledException"/>.</param>
        /// <exception cref="NarrativeException">As the server answered, or its absence.</exception>
        public async Task StreamAsync<TResponse>(
            Func<CallOptions, AsyncServerStreamingCall<TResponse>> start, TimeSpan timeout, Func<TResponse, Task> take,
            CancellationToken cancellationToken)
        {
            DateTime deadline = DeadlineIn(timeout);
            bool taken = false;
            for (int attempt = 1; ; attempt++)
            {
                NarrativeException failure;
                try
                {
                    using AsyncServerStreamingCall<TResponse> call = start(Options(deadline, cancellationToken));
                    while (await call.ResponseStream.MoveNext(CancellationToken.None))
                    {
                        taken = true;
                        await take(call.ResponseStream.Current);
                    }

                    return;
                }
                catch (RpcException error)
                {
                    failure = Translate(error, cancellationToken);
                }

                if (taken || !await WaitToRetryAsync(attempt, failure, safe: true, deadline, cancellationToken))
                {
                    throw failure;
                }
            }
        }

        /// <summary>Waits until the next try is due; false: there is none.</summary>
        public async Task<bool> WaitToRetryAsync(
            int attempt, NarrativeException failure, bool safe, DateTime deadline, CancellationToken cancellationToken)
        {
            TimeSpan? delay = _options.Retries.DelayAfter(attempt, failure, safe, Roll());
            if (delay == null || _time.UtcNow + delay.Value >= deadline)
            {
                return false;
            }

            _options.Log?.Invoke(
                $"Try {attempt} failed ({failure.Code}: {failure.Message}); the next is in {delay.Value.TotalMilliseconds:0} ms.");
            await _time.DelayAsync(delay.Value, cancellationToken);
            return true;
        }

        /// <summary>gRPC's exception as this client's; throws instead when the caller cancelled.</summary>
        public static NarrativeException Translate(RpcException error, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            StatusDetails details = StatusDetails.Read(error.Trailers);
            NarrativeErrorCode code = CodeOf(error);
            string message = error.Status.Detail.Length > 0 ? error.Status.Detail : $"The call ended with {error.StatusCode}.";
            return new NarrativeException(code, message, details.Violations, details.RetryAfter, error);
        }

        private static NarrativeErrorCode CodeOf(RpcException error)
        {
            // A stream that was cut while it was read: gRPC calls it INTERNAL or CANCELLED, as it does errors of the server,
            // which however come with a status of their own and without an exception.
            bool cut = error.Status.DebugException != null
                || error.Status.Detail.StartsWith("No grpc-status", StringComparison.Ordinal);
            if (cut && (error.StatusCode == StatusCode.Internal || error.StatusCode == StatusCode.Cancelled
                || error.StatusCode == StatusCode.Unknown))
            {
                return NarrativeErrorCode.DataLoss;
            }

            return (NarrativeErrorCode)(int)error.StatusCode;
        }

        private double Roll()
        {
            lock (_dice)
            {
                // Beats are read on pool threads, and Random breaks when two of them roll at once.
                return _dice.NextDouble();
            }
        }
    }
}
