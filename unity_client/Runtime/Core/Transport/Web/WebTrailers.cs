using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;
using Grpc.Core;

namespace Narrative
{
    /// <summary>Reads the trailers of gRPC-Web, which travel as text in the last frame or as headers.</summary>
    internal static class WebTrailers
    {
        public static Dictionary<string, string> Parse(byte[] payload)
        {
            var trailers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
            foreach (string line in Encoding.UTF8.GetString(payload).Split(new[] { "\r\n" }, StringSplitOptions.RemoveEmptyEntries))
            {
                int colon = line.IndexOf(':');
                if (colon <= 0)
                {
                    throw new FormatException($"a trailer has no name: {line}");
                }

                trailers[line.Substring(0, colon).Trim()] = line.Substring(colon + 1).Trim();
            }

            return trailers;
        }

        /// <summary>The status among headers or trailers; false when there is none.</summary>
        public static bool TryReadStatus(IReadOnlyDictionary<string, string> trailers, out Status status)
        {
            status = default;
            if (!trailers.TryGetValue("grpc-status", out string? text))
            {
                return false;
            }

            bool known = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int code) && code <= 16;
            trailers.TryGetValue("grpc-message", out string? message);
            status = new Status(known ? (StatusCode)code : StatusCode.Unknown, Uri.UnescapeDataString(message ?? ""));
            return true;
        }

        /// <summary>What an HTTP status means when it comes without one of gRPC (grpc's http-grpc-status-mapping.md).</summary>
        public static Status OfHttp(int httpStatus)
        {
            StatusCode code = httpStatus switch
            {
                400 => StatusCode.Internal,
                401 => StatusCode.Unauthenticated,
                403 => StatusCode.PermissionDenied,
                404 => StatusCode.Unimplemented,
                429 => StatusCode.Unavailable,
                502 => StatusCode.Unavailable,
                503 => StatusCode.Unavailable,
                504 => StatusCode.Unavailable,
                _ => StatusCode.Unknown,
            };
            return new Status(code, $"The server answered with HTTP status {httpStatus}.");
        }

        public static Metadata ToMetadata(IReadOnlyDictionary<string, string> trailers)
        {
            var metadata = new Metadata();
            foreach (KeyValuePair<string, string> trailer in trailers)
            {
                string name = trailer.Key.ToLowerInvariant();
                if (name.EndsWith(Metadata.BinaryHeaderSuffix, StringComparison.Ordinal))
                {
                    if (TryFromBase64(trailer.Value, out byte[] bytes))
                    {
                        metadata.Add(name, bytes);
                    }
                }
                else if (IsName(name))
                {
                    metadata.Add(name, trailer.Value);
                }
            }

            return metadata;
        }

        private static bool TryFromBase64(string text, out byte[] bytes)
        {
            string padded = text.PadRight((text.Length + 3) / 4 * 4, '='); // gRPC sends it without padding
            var buffer = new byte[padded.Length / 4 * 3];
            bool legal = Convert.TryFromBase64String(padded, buffer, out int count);
            bytes = legal ? buffer.AsSpan(0, count).ToArray() : Array.Empty<byte>();
            return legal;
        }

        private static bool IsName(string name)
        {
            foreach (char letter in name)
            {
                bool legal = (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') || letter == '-' || letter == '_'
                    || letter == '.';
                if (!legal)
                {
                    return false;
                }
            }

            return name.Length > 0;
        }
    }
}
