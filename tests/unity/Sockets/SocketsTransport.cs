using System;
using System.Net.Http;

namespace Narrative.Sockets
{
    /// <summary>Transports over the system's sockets.</summary>
    public static class SocketsTransport
    {
        /// <summary>gRPC over HTTP/2.</summary>
        /// <param name="address">As <see cref="NarrativeTransport.ParseAddress"/> reads it.</param>
        public static NarrativeTransport Http2(string address) =>
            NarrativeTransport.Http2(NarrativeTransport.ParseAddress(address), Handler());

        /// <summary>gRPC-Web over HTTP/1.1.</summary>
        /// <param name="address">As <see cref="NarrativeTransport.ParseAddress"/> reads it.</param>
        public static NarrativeTransport GrpcWeb(string address) =>
            NarrativeTransport.GrpcWeb(NarrativeTransport.ParseAddress(address), Handler());

        /// <summary>gRPC-Web by the invoker that WebGL uses.</summary>
        /// <param name="address">As <see cref="NarrativeTransport.ParseAddress"/> reads it.</param>
        public static NarrativeTransport Bytes(string address) =>
            NarrativeTransport.Bytes(NarrativeTransport.ParseAddress(address), new HttpByteTransport(), new SystemTime());

        private static SocketsHttpHandler Handler() => new SocketsHttpHandler
        {
            ConnectTimeout = TimeSpan.FromSeconds(5),
            EnableMultipleHttp2Connections = true,
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(5),
        };
    }
}
