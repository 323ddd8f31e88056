using System;
using System.Buffers;
using System.Collections.Generic;
using System.Globalization;
using Grpc.Core;

namespace Narrative
{
    /// <summary>
    /// gRPC-Web over a byte transport, for platforms without threads: Grpc.Net.Client needs them and timers. Unary and
    /// server-streaming calls only, which is all that the contracts have.
    /// </summary>
    internal sealed class WebCallInvoker : CallInvoker
    {
        private readonly Uri _server;
        private readonly IByteTransport _bytes;
        private readonly INarrativeTime _time;

        public WebCallInvoker(Uri server, IByteTransport bytes, INarrativeTime time)
        {
            _server = server;
            _bytes = bytes ?? throw new ArgumentNullException(nameof(bytes));
            _time = time ?? throw new ArgumentNullException(nameof(time));
        }

        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
        {
            WebCall<TResponse> call = Start(method, options, request);
            return new AsyncUnaryCall<TResponse>(
                call.ReadOnlyAsync(), call.ResponseHeaders, call.GetStatus, call.GetTrailers, call.Dispose);
        }

        public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
        {
            WebCall<TResponse> call = Start(method, options, request);
            return new AsyncServerStreamingCall<TResponse>(
                call, call.ResponseHeaders, call.GetStatus, call.GetTrailers, call.Dispose);
        }

        public override TResponse BlockingUnaryCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
            throw new NotSupportedException("A blocking call would stop the one thread that there is; use the asynchronous one.");

        public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options) =>
            throw new NotSupportedException("gRPC-Web has no client streaming.");

        public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options) =>
            throw new NotSupportedException("gRPC-Web has no client streaming.");

        private WebCall<TResponse> Start<TRequest, TResponse>(
            Method<TRequest, TResponse> method, CallOptions options, TRequest request)
            where TRequest : class
            where TResponse : class
        {
            TimeSpan? timeout = options.Deadline is DateTime deadline ? deadline - _time.UtcNow : (TimeSpan?)null;
            var message = new MessageWriter();
            method.RequestMarshaller.ContextualSerializer(request, message);
            var headers = new List<KeyValuePair<string, string>>
            {
                new KeyValuePair<string, string>("Content-Type", "application/grpc-web+proto"),
                new KeyValuePair<string, string>("Accept", "application/grpc-web+proto"),
                new KeyValuePair<string, string>("X-Grpc-Web", "1"),
            };
            if (timeout is TimeSpan left)
            {
                long milliseconds = Math.Max(1, (long)left.TotalMilliseconds);
                headers.Add(new KeyValuePair<string, string>(
                    "Grpc-Timeout", milliseconds.ToString(CultureInfo.InvariantCulture) + "m"));
            }

            foreach (Metadata.Entry entry in options.Headers ?? Metadata.Empty)
            {
                headers.Add(new KeyValuePair<string, string>(
                    entry.Key, entry.IsBinary ? Convert.ToBase64String(entry.ValueBytes) : entry.Value));
            }

            var post = new ByteRequest(new Uri(_server, method.FullName), headers, FrameReader.Frame(message.Written));
            var call = new WebCall<TResponse>(method.ResponseMarshaller);
            call.Start(_bytes, post, timeout, _time, options.CancellationToken);
            return call;
        }

        private sealed class MessageWriter : SerializationContext
        {
            private readonly ArrayBufferWriter<byte> _writer = new ArrayBufferWriter<byte>();
            private byte[]? _whole;

            public ReadOnlySpan<byte> Written => _whole ?? _writer.WrittenSpan;

            public override void Complete(byte[] payload) => _whole = payload;

            public override IBufferWriter<byte> GetBufferWriter() => _writer;

            public override void SetPayloadLength(int payloadLength)
            {
                // Known sizes need no care: the writer grows.
            }

            public override void Complete()
            {
                // What was written is the message.
            }
        }
    }
}
