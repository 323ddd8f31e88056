using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Threading;
using Grpc.Core;

namespace Narrative
{
    /// <content>Beats.</content>
    public sealed partial class NarrativeClient
    {
        /// <summary>
        /// Plays a beat. The request is read now; each enumeration sends it. Leaving the loop early cancels the beat, and the
        /// server keeps nothing of it.
        /// </summary>
        /// <param name="request">What happened, and how the beat is wanted.</param>
        /// <param name="cancellationToken">Cancels it.</param>
        /// <returns>Its events as they come; <see cref="BeatEventKind.Finished"/> is the last.</returns>
        /// <exception cref="ArgumentException">No message can carry the request; the message names the field.</exception>
        public IAsyncEnumerable<BeatEvent> PlayBeatAsync(BeatRequest request, CancellationToken cancellationToken = default)
        {
            ThrowIfClosed();
            V1.PlayBeatRequest message = ToContract.Beat(request ?? throw new ArgumentNullException(nameof(request)));
            if (message.IdempotencyKey.Length == 0 && request.SessionId != null)
            {
                message.IdempotencyKey = NewId();
            }

            return Read(
                call => _story.PlayBeat(message, call), (V1.PlayBeatResponse answer) => answer.Event, request.Timeout,
                safe: true, request, cancellationToken);
        }

        /// <summary>Opens a beat that is played by events; nothing is sent before <see cref="BeatHandle.PlayAsync"/>.</summary>
        /// <param name="request">What happened, and how the beat is wanted.</param>
        public BeatHandle OpenBeat(BeatRequest request) => new BeatHandle(PlayBeatAsync(request));

        /// <summary>Gets a stored beat again, exactly as it was; the end has <see cref="BeatFinished.Replayed"/> set.</summary>
        public IAsyncEnumerable<BeatEvent> ReplayBeatAsync(
            string sessionId, string beatId, CancellationToken cancellationToken = default)
        {
            ThrowIfClosed();
            var message = new V1.ReplayBeatRequest { SessionId = sessionId, BeatId = beatId };
            return Read(
                call => _story.ReplayBeat(message, call), (V1.ReplayBeatResponse answer) => answer.Event, null,
                safe: true, null, cancellationToken);
        }

        /// <summary>
        /// Keeps some parts of a stored beat, edits some and makes the rest again. The new beat takes the old one's place;
        /// <see cref="BeatAccepted.RevisedBeatId"/> names the old one.
        /// </summary>
        public IAsyncEnumerable<BeatEvent> ReviseBeatAsync(BeatRevision revision, CancellationToken cancellationToken = default)
        {
            ThrowIfClosed();
            V1.ReviseBeatRequest message = ToContract.Revision(revision ?? throw new ArgumentNullException(nameof(revision)));
            if (message.IdempotencyKey.Length == 0)
            {
                message.IdempotencyKey = NewId();
            }

            return Read(
                call => _story.ReviseBeat(message, call), (V1.ReviseBeatResponse answer) => answer.Event, revision.Timeout,
                safe: true, null, cancellationToken);
        }

        private IAsyncEnumerable<BeatEvent> Read<TResponse>(
            Func<CallOptions, AsyncServerStreamingCall<TResponse>> open, Func<TResponse, V1.BeatEvent> select, TimeSpan? timeout,
            bool safe, BeatRequest? fallback, CancellationToken cancellationToken)
            where TResponse : class
        {
            if (timeout is TimeSpan given)
            {
                NarrativeClientOptions.CheckTime(given, nameof(BeatRequest.Timeout));
            }

            var stream = new BeatStream<TResponse>(
                _runner, _options, Cache, open, select, timeout ?? _options.BeatTimeout, safe, fallback);
            return UntilClosedAsync(stream, cancellationToken);
        }

        private async IAsyncEnumerable<BeatEvent> UntilClosedAsync<TResponse>(
            BeatStream<TResponse> stream, [EnumeratorCancellation] CancellationToken cancellationToken = default)
            where TResponse : class
        {
            ThrowIfClosed();
            using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closed.Token);
            await foreach (BeatEvent told in stream.ReadAsync(linked.Token))
            {
                yield return told;
            }
        }
    }
}
