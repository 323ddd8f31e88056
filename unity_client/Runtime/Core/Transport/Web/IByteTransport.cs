using System;
using System.Collections.Generic;

namespace Narrative
{
    /// <summary>
    /// Posts a request over HTTP and hands on the answer's bytes as they come: over UnityWebRequest in WebGL, over HttpClient
    /// in tests. Needs no thread.
    /// </summary>
    public interface IByteTransport
    {
        /// <summary>Sends a request. Must not throw for what goes wrong on the way: that is told to the response.</summary>
        /// <param name="request">What to post.</param>
        /// <param name="response">Gets the answer, from any thread, also within this call.</param>
        /// <returns>Disposing it aborts the exchange; after its end that does nothing.</returns>
        IDisposable Post(ByteRequest request, ByteResponse response);
    }

    /// <summary>An HTTP POST. Immutable.</summary>
    public sealed class ByteRequest
    {
        internal ByteRequest(Uri address, IReadOnlyList<KeyValuePair<string, string>> headers, byte[] body)
        {
            Address = address;
            Headers = headers;
            Body = body;
        }

        /// <summary>Where to.</summary>
        public Uri Address { get; }

        /// <summary>Headers, Content-Type among them.</summary>
        public IReadOnlyList<KeyValuePair<string, string>> Headers { get; }

        /// <summary>The body.</summary>
        public byte[] Body { get; }
    }
}
