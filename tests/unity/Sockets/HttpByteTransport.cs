using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;

namespace Narrative.Sockets
{
    /// <summary>A byte transport over HttpClient: what UnityWebRequest is in WebGL.</summary>
    public sealed class HttpByteTransport : IByteTransport, IDisposable
    {
        private readonly HttpClient _client = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };

        /// <inheritdoc/>
        public IDisposable Post(ByteRequest request, ByteResponse response)
        {
            var exchange = new Exchange();
            _ = SendAsync(request, response, exchange.Token);
            return exchange;
        }

        /// <inheritdoc/>
        public void Dispose() => _client.Dispose();

        private async Task SendAsync(ByteRequest request, ByteResponse response, CancellationToken cancellationToken)
        {
            try
            {
                using var message = new HttpRequestMessage(HttpMethod.Post, request.Address)
                {
                    Content = new ByteArrayContent(request.Body),
                    Version = new Version(1, 1),
                };
                foreach (KeyValuePair<string, string> header in request.Headers)
                {
                    if (!message.Headers.TryAddWithoutValidation(header.Key, header.Value))
                    {
                        message.Content.Headers.TryAddWithoutValidation(header.Key, header.Value);
                    }
                }

                using HttpResponseMessage answer = await _client
                    .SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
                response.Start((int)answer.StatusCode, answer.Headers.Concat(answer.Content.Headers)
                    .Select(header => new KeyValuePair<string, string>(header.Key, string.Join(",", header.Value))));
                await CopyAsync(await answer.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false), response, cancellationToken)
                    .ConfigureAwait(false);
                response.Complete();
            }
            catch (Exception error) when (error is HttpRequestException || error is IOException || error is OperationCanceledException)
            {
                response.Fail(error.Message);
            }
        }

        private static async Task CopyAsync(Stream body, ByteResponse response, CancellationToken cancellationToken)
        {
            var buffer = new byte[16384];
            int count;
            while ((count = await body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
            {
                response.Add(buffer.AsSpan(0, count));
            }
        }

        private sealed class Exchange : IDisposable
        {
            private readonly CancellationTokenSource _abort = new CancellationTokenSource();

            public CancellationToken Token => _abort.Token;

            public void Dispose() => _abort.Cancel();
        }
    }
}
