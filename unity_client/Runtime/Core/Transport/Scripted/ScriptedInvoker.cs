using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Grpc.Core;

namespace Narrative
{
    /// <summary>
    /// A server in a few lines, for tests of games and of this package: answers calls by functions, without a network, a
    /// thread or a timer. What has no answer is UNIMPLEMENTED. Use it with <see cref="NarrativeTransport.FromInvoker"/>.
    /// </summary>
    public sealed class ScriptedInvoker : CallInvoker
    {
        private readonly Dictionary<string, Delegate> _answers = new Dictionary<string, Delegate>();

        /// <summary>The options of each call that was made, in order: its headers, deadline and token.</summary>
        public List<CallOptions> Calls { get; } = new List<CallOptions>();

        /// <summary>Answers a call that gives one answer.</summary>
        /// <param name="method">Such as narrative_server.v1.InfoService/GetServerInfo.</param>
        /// <param name="answer">May throw <see cref="RpcException"/>.</param>
        public void Answer<TRequest, TResponse>(string method, Func<TRequest, CancellationToken, Task<TResponse>> answer) =>
            _answers["/" + method] = answer;

        /// <summary>Answers a call that gives a stream.</summary>
        /// <param name="method">Such as narrative_server.v1.StoryService/PlayBeat.</param>
        /// <param name="answer">May throw <see cref="RpcException"/> at any point.</param>
        public void AnswerStream<TRequest, TResponse>(
            string method, Func<TRequest, CancellationToken, IAsyncEnumerable<TResponse>> answer) => _answers["/" + method] = answer;

        /// <inheritdoc/>
        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
        {
            Calls.Add(options);
            var end = new ScriptedEnd(options.CancellationToken);
            return new AsyncUnaryCall<TResponse>(
                AnswerOneAsync(method.FullName, request, Find<Func<TRequest, CancellationToken, Task<TResponse>>>(method.FullName), end),
                Task.FromResult(Metadata.Empty), end.GetStatus, end.GetTrailers, end.Dispose);
        }

        /// <inheritdoc/>
        public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
        {
            Calls.Add(options);
            var end = new ScriptedEnd(options.CancellationToken);
            var answer = Find<Func<TRequest, CancellationToken, IAsyncEnumerable<TResponse>>>(method.FullName);
            IAsyncEnumerator<TResponse>? stream = answer?.Invoke(request, end.Token).GetAsyncEnumerator(end.Token);
            return new AsyncServerStreamingCall<TResponse>(
                new ScriptedReader<TResponse>(method.FullName, stream, end), Task.FromResult(Metadata.Empty), end.GetStatus,
                end.GetTrailers, end.Dispose);
        }

        /// <inheritdoc/>
        public override TResponse BlockingUnaryCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
            throw new NotSupportedException("Scripts answer asynchronous calls only.");

        /// <inheritdoc/>
        public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options) =>
            throw new NotSupportedException("The contracts have no client streaming.");

        /// <inheritdoc/>
        public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options) =>
            throw new NotSupportedException("The contracts have no client streaming.");

        private static async Task<TResponse> AnswerOneAsync<TRequest, TResponse>(
            string method, TRequest request, Func<TRequest, CancellationToken, Task<TResponse>>? answer, ScriptedEnd end)
        {
            try
            {
                TResponse response = await (answer ?? throw NoAnswer(method))(request, end.Token);
                end.Tell(Status.DefaultSuccess);
                return response;
            }
            catch (OperationCanceledException)
            {
                throw end.Cancelled();
            }
            catch (RpcException error)
            {
                end.Tell(error.Status, error.Trailers);
                throw;
            }
        }

        private static RpcException NoAnswer(string method) =>
            new RpcException(new Status(StatusCode.Unimplemented, $"The script has no answer to {method}."));

        private T? Find<T>(string method)
            where T : Delegate
        {
            if (!_answers.TryGetValue(method, out Delegate? answer))
            {
                return null;
            }

            return answer as T ?? throw new InvalidOperationException($"The script's answer to {method} is {answer.GetType()}, not {typeof(T)}.");
        }

        private sealed class ScriptedReader<TResponse> : IAsyncStreamReader<TResponse>
        {
            private readonly string _method;
            private readonly IAsyncEnumerator<TResponse>? _stream;
            private readonly ScriptedEnd _end;

            public ScriptedReader(string method, IAsyncEnumerator<TResponse>? stream, ScriptedEnd end)
            {
                _method = method;
                _stream = stream;
                _end = end;
            }

            public TResponse Current => _stream!.Current;

            public async Task<bool> MoveNext(CancellationToken cancellationToken)
            {
                try
                {
                    _end.Token.ThrowIfCancellationRequested();
                    if (await (_stream ?? throw NoAnswer(_method)).MoveNextAsync())
                    {
                        return true;
                    }

                    _end.Tell(Status.DefaultSuccess);
                    return false;
                }
                catch (OperationCanceledException)
                {
                    throw _end.Cancelled();
                }
                catch (RpcException error)
                {
                    _end.Tell(error.Status, error.Trailers);
                    throw;
                }
            }
        }
    }

    /// <summary>How a scripted call ended.</summary>
    internal sealed class ScriptedEnd
    {
        private readonly CancellationTokenSource _cancel;
        private Status? _status;
        private Metadata _trailers = Metadata.Empty;

        public ScriptedEnd(CancellationToken cancellationToken) =>
            _cancel = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);

        public CancellationToken Token => _cancel.Token;

        public void Tell(Status status, Metadata? trailers = null)
        {
            _status ??= status;
            _trailers = trailers ?? _trailers;
        }

        public RpcException Cancelled()
        {
            var status = new Status(StatusCode.Cancelled, "The caller cancelled the call.");
            Tell(status);
            return new RpcException(status);
        }

        public Status GetStatus() => _status ?? throw new InvalidOperationException("The call has not ended yet.");

        public Metadata GetTrailers() =>
            _status == null ? throw new InvalidOperationException("The call has not ended yet.") : _trailers;

        public void Dispose() => _cancel.Cancel();
    }
}
