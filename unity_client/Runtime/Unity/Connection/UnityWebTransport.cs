using System;
using System.Collections.Generic;
using UnityEngine;
using UnityEngine.Networking;

namespace Narrative
{
    /// <summary>
    /// Posts over UnityWebRequest, the browser's own fetch in WebGL, and hands on bytes as they come. Main thread only; it
    /// needs no thread and no timer.
    /// </summary>
    internal sealed class UnityWebTransport : IByteTransport, IDisposable
    {
        private readonly HashSet<Exchange> _running = new HashSet<Exchange>();

        /// <inheritdoc/>
        public IDisposable Post(ByteRequest request, ByteResponse response)
        {
            var exchange = new Exchange(this, response);
            _running.Add(exchange);
            exchange.Send(request);
            return exchange;
        }

        /// <summary>Aborts what runs.</summary>
        public void Dispose()
        {
            foreach (Exchange exchange in new List<Exchange>(_running))
            {
                exchange.Dispose();
            }
        }

        private sealed class Exchange : IDisposable
        {
            private readonly UnityWebTransport _owner;
            private readonly ByteResponse _response;
            private UnityWebRequest? _request;
            private bool _started;

            public Exchange(UnityWebTransport owner, ByteResponse response)
            {
                _owner = owner;
                _response = response;
            }

            public void Send(ByteRequest request)
            {
                try
                {
                    _request = new UnityWebRequest(
                        request.Address, UnityWebRequest.kHttpVerbPOST, new Receiver(this), new UploadHandlerRaw(request.Body));
                    foreach (KeyValuePair<string, string> header in request.Headers)
                    {
                        _request.SetRequestHeader(header.Key, header.Value);
                    }

                    _request.SendWebRequest().completed += End;
                }
                catch (Exception error) when (error is InvalidOperationException || error is ArgumentException)
                {
                    _response.Fail(error.Message);
                    Dispose();
                }
            }

            public void Dispose()
            {
                UnityWebRequest? request = _request;
                _request = null;
                _owner._running.Remove(this);
                if (request != null)
                {
                    request.Abort();
                    request.Dispose();
                }
            }

            public void Receive(byte[] data, int count)
            {
                Start();
                _response.Add(data.AsSpan(0, count));
            }

            private void End(AsyncOperation operation)
            {
                UnityWebRequest? request = _request;
                if (request == null)
                {
                    return; // aborted
                }

                if (request.result == UnityWebRequest.Result.ConnectionError
                    || request.result == UnityWebRequest.Result.DataProcessingError)
                {
                    _response.Fail(request.error);
                }
                else
                {
                    Start(); // an answer without a body
                    _response.Complete();
                }

                Dispose();
            }

            private void Start()
            {
                if (!_started && _request != null)
                {
                    _started = true;
                    _response.Start((int)_request.responseCode, _request.GetResponseHeaders() ?? new Dictionary<string, string>());
                }
            }
        }

        /// <summary>Unity gives the bytes of each frame here, in a buffer that it uses again.</summary>
        private sealed class Receiver : DownloadHandlerScript
        {
            private readonly Exchange _exchange;

            public Receiver(Exchange exchange)
                : base(new byte[32 << 10]) => _exchange = exchange;

            protected override bool ReceiveData(byte[] data, int dataLength)
            {
                _exchange.Receive(data, dataLength);
                return true;
            }
        }
    }
}
