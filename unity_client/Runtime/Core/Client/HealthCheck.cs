using System;
using Google.Protobuf;
using Grpc.Core;

namespace Narrative
{
    /// <summary>
    /// The call of grpc.health.v1, by hand: its two messages have one field each, and a generated copy would clash with the
    /// one that a project may have.
    /// </summary>
    internal static class HealthCheck
    {
        public static readonly Method<string, Answer> Method = new Method<string, Answer>(
            MethodType.Unary, "grpc.health.v1.Health", "Check",
            Marshallers.Create<string>(WriteRequest, data => throw NotServed()),
            Marshallers.Create<Answer>(answer => throw NotServed(), ReadResponse));

        private static byte[] WriteRequest(string service)
        {
            if (service.Length == 0)
            {
                return Array.Empty<byte>();
            }

            var data = new byte[CodedOutputStream.ComputeStringSize(service) + 1];
            var output = new CodedOutputStream(data);
            output.WriteTag(1, WireFormat.WireType.LengthDelimited);
            output.WriteString(service);
            output.Flush();
            return data;
        }

        private static Answer ReadResponse(byte[] data)
        {
            var input = new CodedInputStream(data);
            var health = ServerHealth.Unknown;
            uint tag;
            while ((tag = input.ReadTag()) != 0)
            {
                if (tag == WireFormat.MakeTag(1, WireFormat.WireType.Varint))
                {
                    int value = input.ReadEnum();
                    health = value <= (int)ServerHealth.ServiceUnknown ? (ServerHealth)value : ServerHealth.Unknown;
                }
                else
                {
                    input.SkipLastField();
                }
            }

            return new Answer(health);
        }

        private static NotSupportedException NotServed() => new NotSupportedException("This client serves no health checks.");

        /// <summary>What the server answered; a class because gRPC's messages are.</summary>
        public sealed class Answer
        {
            public Answer(ServerHealth health) => Health = health;

            public ServerHealth Health { get; }
        }
    }
}
