using System;
using System.Net.Http;

namespace Narrative
{
    /// <summary>Chooses the transport that this platform and editor have.</summary>
    internal static class UnityTransports
    {
        /// <summary>Opens a transport; nothing is sent.</summary>
        /// <param name="settings">Addresses and choice.</param>
        /// <param name="time">Ends calls at their deadline where the platform has no timers.</param>
        /// <exception cref="ArgumentException">An address is wrong; the message names it.</exception>
        /// <exception cref="NotSupportedException">HTTP/2 is demanded and this platform has no handler for it.</exception>
        public static NarrativeTransport Open(NarrativeSettings settings, INarrativeTime time)
        {
#if UNITY_WEBGL && !UNITY_EDITOR
            return NarrativeTransport.Bytes(NarrativeTransport.ParseAddress(settings.WebAddress), new UnityWebTransport(), time);
#else
            _ = time; // the handlers have timers of their own
            if (settings.Transport != TransportChoice.GrpcWeb)
            {
                Uri address = NarrativeTransport.ParseAddress(settings.Address);
                HttpMessageHandler? handler = Http2Handler(address);
                if (handler != null)
                {
                    return NarrativeTransport.Http2(address, handler);
                }

                if (settings.Transport == TransportChoice.Http2)
                {
                    throw new NotSupportedException(
                        "Transport is Http2 and this editor has no HTTP/2 handler: install the package "
                        + "com.cysharp.yetanotherhttphandler, use Unity 6000.5 or newer, or choose GrpcWeb.");
                }
            }

            return NarrativeTransport.GrpcWeb(NarrativeTransport.ParseAddress(settings.WebAddress), new HttpClientHandler());
#endif
        }

#if !UNITY_WEBGL || UNITY_EDITOR
        private static HttpMessageHandler? Http2Handler(Uri address)
        {
#if NARRATIVE_YETANOTHERHTTPHANDLER
            // Without TLS there is no negotiation: the handler has to be told.
            return new Cysharp.Net.Http.YetAnotherHttpHandler { Http2Only = address.Scheme == Uri.UriSchemeHttp };
#elif UNITY_6000_5_OR_NEWER
            return new UnityEngine.Networking.UnityHttpMessageHandler
            {
                HttpForcedVersion = address.Scheme == Uri.UriSchemeHttp
                    ? UnityEngine.Networking.HttpForcedVersion.HTTP2 : UnityEngine.Networking.HttpForcedVersion.NotForced,
            };
#else
            _ = address;
            return null;
#endif
        }
#endif
    }
}
