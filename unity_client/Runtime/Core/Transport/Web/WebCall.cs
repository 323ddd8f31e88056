using System;
using System.Buffers;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Grpc.Core;

namespace Narrative
{
    /// <summary>One call over gRPC-Web: reads frames until the trailers, the deadline, or the caller ends it.</summary>
    internal sealed class WebCall<TResponse> : IAsyncStreamReader<TResponse>, IDisposable
        where TResponse : class
    {
        private readonly object _lock = new object();
        private readonly Marshaller<TResponse> _marshaller;
        private readonly ByteResponse _response = new ByteResponse(NarrativeTransport.MaxMessageBytes);
        private readonly TaskCompletionSource<Metadata> _headers = new TaskCompletionSource<Metadata>();
        private readonly CancellationTokenSource _over = new CancellationTokenSource();
        private IDisposable? _exchange;
        private CancellationTokenRegistration _cancellation;
        private Status? _status;
        private Metadata _trailers = Metadata.Empty;
        private TResponse? _current;

        public WebCall(Marshaller<TResponse> marshaller) => _marshaller = marshaller;

        public TResponse Current => _current ?? throw new InvalidOperationException("MoveNext comes first.");

        public Task<Metadata> ResponseHeaders => _headers.Task;

        public void Start(
            IByteTransport bytes, ByteRequest request, TimeSpan? timeout, INarrativeTime time, CancellationToken cancellationToken)
        {
            if (timeout is TimeSpan left && left <= TimeSpan.Zero)
            {
                End(new Status(StatusCode.DeadlineExceeded, "The deadline passed before the call began."));
                return;
            }

            IDisposable exchange = bytes.Post(request, _response);
            lock (_lock)
            {
                _exchange = exchange;
            }

            if (cancellationToken.CanBeCanceled)
            {
                _cancellation = cancellationToken.Register(
                    () => End(new Status(StatusCode.Cancelled, "The caller cancelled the call.")));
            }

            if (timeout is TimeSpan limit)
            {
                _ = EndAtDeadlineAsync(limit, time);
            }
        }

        public async Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (_status is Status status)
                {
                    return status.StatusCode == StatusCode.OK ? false : throw new RpcException(status, _trailers);
                }

                if (_response.Headers != null && !_headers.Task.IsCompleted)
                {
                    ReadHead(_response.HttpStatus, _response.Headers);
                    continue;
                }

                if (_response.Headers != null && TakeFrame())
                {
                    return true;
                }

                if (_status == null && _response.HasEnded(out bool leftover))
                {
                    EndEarly(leftover);
                }
                else if (_status == null)
                {
                    await _response.WaitAsync();
                }
            }
        }

        /// <summary>Reads the one answer of a unary call.</summary>
        public async Task<TResponse> ReadOnlyAsync()
        {
            if (!await MoveNext(CancellationToken.None))
            {
                throw new RpcException(new Status(StatusCode.DataLoss, "The server sent no answer."), _trailers);
            }

            TResponse answer = Current;
            while (await MoveNext(CancellationToken.None))
            {
                throw new RpcException(new Status(StatusCode.DataLoss, "The server sent more than one answer."), _trailers);
            }

            return answer;
        }

        public Status GetStatus() => _status ?? throw new InvalidOperationException("The call has not ended yet.");

        public Metadata GetTrailers() =>
            _status == null ? throw new InvalidOperationException("The call has not ended yet.") : _trailers;

        public void Dispose() => End(new Status(StatusCode.Cancelled, "The call was disposed of."));

        private void ReadHead(int httpStatus, IReadOnlyDictionary<string, string> headers)
        {
            _headers.TrySetResult(WebTrailers.ToMetadata(headers));
            if (WebTrailers.TryReadStatus(headers, out Status status))
            {
                End(status, WebTrailers.ToMetadata(headers)); // an answer of trailers only
            }
            else if (httpStatus != 200)
            {
                End(WebTrailers.OfHttp(httpStatus));
            }
            else if (!headers.TryGetValue("content-type", out string? type)
                || !type.StartsWith("application/grpc-web", StringComparison.OrdinalIgnoreCase))
            {
                End(new Status(StatusCode.Unavailable, $"No gRPC-Web server answers there: Content-Type is {type ?? "missing"}."));
            }
        }

        /// <summary>Takes frames until one is a message; false when there is none now.</summary>
        private bool TakeFrame()
        {
            try
            {
                while (_status == null && _response.TryTake(out byte flags, out byte[] payload))
                {
                    if ((flags & FrameReader.TrailersFlag) != 0)
                    {
                        Dictionary<string, string> trailers = WebTrailers.Parse(payload);
                        Status status = WebTrailers.TryReadStatus(trailers, out Status told)
                            ? told : new Status(StatusCode.DataLoss, "The server's trailers have no grpc-status.");
                        End(status, WebTrailers.ToMetadata(trailers));
                        return false;
                    }

                    if ((flags & FrameReader.CompressedFlag) != 0)
                    {
                        End(new Status(StatusCode.DataLoss, "The server sent a compressed message, which was not asked for."));
                        return false;
                    }

                    _current = _marshaller.ContextualDeserializer(new MessageReader(payload));
                    return true;
                }
            }
            catch (Exception error) when (error is FormatException || error is Google.Protobuf.InvalidProtocolBufferException)
            {
                End(new Status(StatusCode.DataLoss, $"The server's answer cannot be read: {error.Message}"));
            }

            return false;
        }

        private void EndEarly(bool leftover)
        {
            string reason = _response.Failure ?? (leftover ? "it was cut within a message" : "it has no trailers");
            // Before anything came it is no server or no network, afterwards a broken answer.
            StatusCode code = _response.Failure != null && _response.Headers == null ? StatusCode.Unavailable : StatusCode.DataLoss;
            End(new Status(code, $"The answer broke off: {reason}."));
        }

        private async Task EndAtDeadlineAsync(TimeSpan limit, INarrativeTime time)
        {
            try
            {
                await time.DelayAsync(limit, _over.Token);
            }
            catch (OperationCanceledException)
            {
                return; // the call ended before its deadline
            }

            End(new Status(StatusCode.DeadlineExceeded, "The deadline passed."));
        }

        private void End(Status status, Metadata? trailers = null)
        {
            IDisposable? exchange;
            lock (_lock)
            {
                if (_status != null)
                {
                    return;
                }

                _trailers = trailers ?? Metadata.Empty;
                _status = status;
                exchange = _exchange;
            }

            exchange?.Dispose();
            _cancellation.Dispose();
            _over.Cancel();
            _headers.TrySetResult(Metadata.Empty);
            _response.Wake();
        }

        private sealed class MessageReader : DeserializationContext
        {
            private readonly byte[] _payload;

            public MessageReader(byte[] payload) => _payload = payload;

            public override int PayloadLength => _payload.Length;

            public override byte[] PayloadAsNewBuffer() => _payload;

            public override ReadOnlySequence<byte> PayloadAsReadOnlySequence() => new ReadOnlySequence<byte>(_payload);
        }
    }
}
