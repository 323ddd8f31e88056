using System;
using System.Net.Http;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Web;

namespace Narrative
{
    /// <summary>
    /// How calls reach the server. Which to take depends on the platform: HTTP/2 where it has a handler for it, gRPC-Web over
    /// HTTP/1.1 elsewhere, gRPC-Web over a byte transport where there are no threads (WebGL).
    /// </summary>
    public sealed class NarrativeTransport : IDisposable
    {
        /// <summary>The largest message that is taken: a call's pictures, raw, in the largest size.</summary>
        public const int MaxMessageBytes = 64 << 20;

        private readonly IDisposable? _owned;
        private readonly Uri? _server;

        private NarrativeTransport(CallInvoker invoker, IDisposable? owned, Uri? server, string description)
        {
            Invoker = invoker;
            _owned = owned;
            _server = server;
            Description = description;
        }

        /// <summary>For messages: where it leads and how.</summary>
        public string Description { get; }

        internal CallInvoker Invoker { get; }

        /// <summary>gRPC over HTTP/2.</summary>
        /// <param name="server">As <see cref="ParseAddress"/> gives it.</param>
        /// <param name="handler">Speaks HTTP/2, without TLS where the address says http; closed with the transport.</param>
        public static NarrativeTransport Http2(Uri server, HttpMessageHandler handler)
        {
            GrpcChannel channel = Open(server, handler, http11: false);
            return new NarrativeTransport(channel.CreateCallInvoker(), channel, server, $"{server} (HTTP/2)");
        }

        /// <summary>gRPC-Web over HTTP/1.1.</summary>
        /// <param name="server">The server's gRPC-Web address.</param>
        /// <param name="handler">Speaks HTTP/1.1 and streams what it receives; closed with the transport.</param>
        public static NarrativeTransport GrpcWeb(Uri server, HttpMessageHandler handler)
        {
            GrpcChannel channel = Open(server, new GrpcWebHandler(GrpcWebMode.GrpcWeb, handler), http11: true);
            return new NarrativeTransport(channel.CreateCallInvoker(), channel, server, $"{server} (gRPC-Web)");
        }

        /// <summary>gRPC-Web over a byte transport, without threads or timers.</summary>
        /// <param name="server">The server's gRPC-Web address.</param>
        /// <param name="bytes">Sends requests and receives bytes; closed with the transport if it can be.</param>
        /// <param name="time">Ends calls at their deadline.</param>
        public static NarrativeTransport Bytes(Uri server, IByteTransport bytes, INarrativeTime time)
        {
            CheckAddress(server);
            var invoker = new WebCallInvoker(server, bytes, time);
            return new NarrativeTransport(invoker, bytes as IDisposable, server, $"{server} (gRPC-Web, byte transport)");
        }

        /// <summary>Any invoker: a channel of the game's own, a scripted one in tests.</summary>
        /// <param name="invoker">Makes the calls.</param>
        /// <param name="description">For messages: where it leads.</param>
        /// <param name="owned">Closed with the transport; null: nothing.</param>
        public static NarrativeTransport FromInvoker(CallInvoker invoker, string description, IDisposable? owned = null) =>
            new NarrativeTransport(invoker ?? throw new ArgumentNullException(nameof(invoker)), owned, null, description);

        /// <summary>Reads a server's address: host:port, http://host:port or https://host:port.</summary>
        /// <param name="address">Without a scheme: http.</param>
        /// <exception cref="ArgumentException">It is none; the message says what is legal.</exception>
        public static Uri ParseAddress(string address)
        {
            string text = (address ?? throw new ArgumentNullException(nameof(address))).Trim();
            if (!text.Contains("://"))
            {
                text = "http://" + text;
            }

            if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? server) || server.Host.Length == 0)
            {
                throw new ArgumentException($"The server's address is \"{address}\"; legal: host:port, http://host:port or https://host:port.");
            }

            CheckAddress(server);
            return server;
        }

        /// <summary>Closes the connection and whatever runs over it.</summary>
        public void Dispose() => _owned?.Dispose();

        /// <summary>A secret goes over plaintext to this machine only.</summary>
        internal void CheckToken(string token)
        {
            if (token.Length > 0 && _server != null && _server.Scheme == Uri.UriSchemeHttp && !_server.IsLoopback)
            {
                throw new ArgumentException($"Token is given and {_server} is plaintext; legal: https, or an address of this machine.");
            }
        }

        private static GrpcChannel Open(Uri server, HttpMessageHandler handler, bool http11)
        {
            CheckAddress(server);
            var options = new GrpcChannelOptions
            {
                HttpHandler = handler ?? throw new ArgumentNullException(nameof(handler)),
                DisposeHttpClient = true,
                MaxReceiveMessageSize = MaxMessageBytes,
            };
            if (http11)
            {
                options.HttpVersion = new Version(1, 1);
            }

            return GrpcChannel.ForAddress(server, options);
        }

        private static void CheckAddress(Uri server)
        {
            bool legal = server != null && server.IsAbsoluteUri
                && (server.Scheme == Uri.UriSchemeHttp || server.Scheme == Uri.UriSchemeHttps)
                && server.PathAndQuery == "/" && server.UserInfo.Length == 0;
            if (!legal)
            {
                throw new ArgumentException($"The server's address is \"{server}\"; legal: http://host:port or https://host:port.");
            }
        }
    }
}
