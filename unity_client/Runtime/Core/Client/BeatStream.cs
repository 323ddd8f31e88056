using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Threading;
using Grpc.Core;

namespace Narrative
{
    /// <summary>
    /// One beat's events, over as many tries as it takes. After a broken connection the same request is sent again: a beat
    /// that was finished comes from the server's store and goes on where it broke; one that was not is played anew, which
    /// <see cref="BeatEventKind.Restarted"/> tells. When no try helps, the lines that were told stand, and the request's
    /// fallback lines take the place of the rest.
    /// </summary>
    internal sealed class BeatStream<TResponse>
        where TResponse : class
    {
        private readonly CallRunner _runner;
        private readonly NarrativeClientOptions _options;
        private readonly MediaCache _cache;
        private readonly Func<CallOptions, AsyncServerStreamingCall<TResponse>> _open;
        private readonly Func<TResponse, V1.BeatEvent> _select;
        private readonly TimeSpan _timeout;
        private readonly bool _safe;
        private readonly BeatRequest? _fallback;

        public BeatStream(
            CallRunner runner, NarrativeClientOptions options, MediaCache cache,
            Func<CallOptions, AsyncServerStreamingCall<TResponse>> open, Func<TResponse, V1.BeatEvent> select, TimeSpan timeout,
            bool safe, BeatRequest? fallback)
        {
            _runner = runner;
            _options = options;
            _cache = cache;
            _open = open;
            _select = select;
            _timeout = timeout;
            _safe = safe;
            _fallback = fallback;
        }

        public async IAsyncEnumerable<BeatEvent> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            DateTime deadline = _runner.DeadlineIn(_timeout);
            var reader = new BeatEventReader(_options.Log);
            var progress = default(BeatProgress);
            for (int attempt = 1; ; attempt++)
            {
                NarrativeException? failure = null;
                using (AsyncServerStreamingCall<TResponse> call = _open(_runner.Options(deadline, cancellationToken)))
                {
                    IAsyncStreamReader<TResponse> stream = call.ResponseStream;
                    while (failure == null)
                    {
                        try
                        {
                            if (!await stream.MoveNext(CancellationToken.None))
                            {
                                if (progress.Finished)
                                {
                                    yield break;
                                }

                                failure = Truncated();
                                continue;
                            }
                        }
                        catch (RpcException error)
                        {
                            if (progress.Finished)
                            {
                                yield break; // the beat was acknowledged; how the connection ended no longer matters
                            }

                            failure = CallRunner.Translate(error, cancellationToken);
                            continue;
                        }

                        if (!reader.TryRead(_select(stream.Current), out BeatEvent told))
                        {
                            continue;
                        }

                        if (told.Kind == BeatEventKind.Accepted && progress.Restarts(told.Accepted.BeatId))
                        {
                            yield return BeatEvent.OfRestart();
                        }

                        if (progress.Take(told))
                        {
                            _cache.Add(told);
                            yield return told;
                        }
                    }
                }

                if (await _runner.WaitToRetryAsync(attempt, failure!, _safe, deadline, cancellationToken))
                {
                    continue;
                }

                if (!OfflineBeat.CanStandIn(_fallback, failure!))
                {
                    throw failure!;
                }

                _options.Log?.Invoke($"Fallback lines are played: {failure!.Message}");
                if (progress.Any && !progress.AnyLine)
                {
                    yield return BeatEvent.OfRestart();
                }

                IReadOnlyList<BeatEvent> rest = progress.AnyLine
                    ? OfflineBeat.GoOn(_fallback!, failure!, progress.WholeLines, progress.LineIsOpen)
                    : OfflineBeat.Play(_fallback!, failure!);
                foreach (BeatEvent told in rest)
                {
                    yield return told;
                }

                yield break;
            }
        }

        private static NarrativeException Truncated() =>
            new NarrativeException(NarrativeErrorCode.DataLoss, "The beat's stream ended before the beat did.");
    }

    /// <summary>How far a beat was told, over all tries.</summary>
    internal struct BeatProgress
    {
        private string? _beatId;
        private int _next;

        /// <summary>Whether anything was told.</summary>
        public bool Any => _beatId != null;

        /// <summary>Whether a line was begun.</summary>
        public bool AnyLine => WholeLines > 0 || LineIsOpen;

        /// <summary>How many lines were told to their end.</summary>
        public int WholeLines { get; private set; }

        /// <summary>Whether one was begun and not told to its end.</summary>
        public bool LineIsOpen { get; private set; }

        /// <summary>Whether the end was told.</summary>
        public bool Finished { get; private set; }

        /// <summary>Takes note of an accepted beat; true when it is another than the one that was told in part.</summary>
        public bool Restarts(string beatId)
        {
            bool restarts = _beatId != null && _beatId != beatId;
            _beatId = beatId;
            if (restarts)
            {
                _next = WholeLines = 0;
                LineIsOpen = false;
            }

            return restarts;
        }

        /// <summary>Takes note of an event; false when it was told before.</summary>
        public bool Take(in BeatEvent told)
        {
            if (told.Sequence < _next)
            {
                return false;
            }

            _next = told.Sequence + 1;
            if (told.Kind == BeatEventKind.LineStarted)
            {
                LineIsOpen = true;
            }
            else if (told.Kind == BeatEventKind.LineFinished)
            {
                LineIsOpen = false;
                WholeLines++;
            }

            Finished = told.Kind == BeatEventKind.Finished;
            return true;
        }
    }
}
