using System;
using System.Collections.Generic;
using System.Globalization;
using Google.Protobuf;
using Grpc.Core;

namespace Narrative
{
    /// <summary>
    /// Reads what travels beside a status: google.rpc.BadRequest and google.rpc.RetryInfo in grpc-status-details-bin, and
    /// grpc-retry-pushback-ms. By hand, so that the package brings no second copy of Google's common messages into a project.
    /// Field numbers are those of googleapis' google/rpc/status.proto and error_details.proto.
    /// </summary>
    internal sealed class StatusDetails
    {
        private const string DetailsKey = "grpc-status-details-bin";
        private const string PushbackKey = "grpc-retry-pushback-ms";

        public List<FieldViolation> Violations { get; } = new List<FieldViolation>();

        public TimeSpan? RetryAfter { get; private set; }

        public static StatusDetails Read(Metadata trailers)
        {
            var details = new StatusDetails();
            foreach (Metadata.Entry entry in trailers)
            {
                if (entry.Key == DetailsKey && entry.IsBinary)
                {
                    details.ReadStatus(entry.ValueBytes);
                }
                else if (entry.Key == PushbackKey && !entry.IsBinary
                    && long.TryParse(entry.Value, NumberStyles.None, CultureInfo.InvariantCulture, out long milliseconds))
                {
                    details.RetryAfter ??= TimeSpan.FromMilliseconds(milliseconds);
                }
            }

            return details;
        }

        private void ReadStatus(byte[] data)
        {
            try
            {
                ForEachField(data, 3, any => ReadAny(any));
            }
            catch (InvalidProtocolBufferException)
            {
                // A proxy may have cut the trailer; code and message still tell what happened.
            }
        }

        private void ReadAny(byte[] data)
        {
            string type = "";
            byte[] value = Array.Empty<byte>();
            ForEachField(data, 1, name => type = System.Text.Encoding.UTF8.GetString(name));
            ForEachField(data, 2, bytes => value = bytes);
            if (type.EndsWith("/google.rpc.BadRequest", StringComparison.Ordinal))
            {
                ForEachField(value, 1, ReadViolation);
            }
            else if (type.EndsWith("/google.rpc.RetryInfo", StringComparison.Ordinal))
            {
                ForEachField(value, 1, duration => RetryAfter = ReadDuration(duration));
            }
        }

        private void ReadViolation(byte[] data)
        {
            string field = "", description = "";
            ForEachField(data, 1, text => field = System.Text.Encoding.UTF8.GetString(text));
            ForEachField(data, 2, text => description = System.Text.Encoding.UTF8.GetString(text));
            Violations.Add(new FieldViolation(field, description));
        }

        private static TimeSpan ReadDuration(byte[] data)
        {
            Google.Protobuf.WellKnownTypes.Duration duration = Google.Protobuf.WellKnownTypes.Duration.Parser.ParseFrom(data);
            return duration.ToTimeSpan();
        }

        /// <summary>Calls <paramref name="found"/> with each length-delimited field of that number.</summary>
        private static void ForEachField(byte[] data, int number, Action<byte[]> found)
        {
            var input = new CodedInputStream(data);
            uint tag;
            while ((tag = input.ReadTag()) != 0)
            {
                if (tag == WireFormat.MakeTag(number, WireFormat.WireType.LengthDelimited))
                {
                    found(input.ReadBytes().ToByteArray());
                }
                else
                {
                    input.SkipLastField();
                }
            }
        }
    }
}
