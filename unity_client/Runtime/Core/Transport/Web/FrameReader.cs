using System;
using System.Buffers.Binary;

namespace Narrative
{
    /// <summary>
    /// Cuts gRPC-Web's frames out of bytes that come in any pieces: a byte of flags, four of length (big endian), a payload
    /// (https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-WEB.md).
    /// </summary>
    internal sealed class FrameReader
    {
        public const byte CompressedFlag = 0x01;
        public const byte TrailersFlag = 0x80;
        private const int HeadBytes = 5;

        private readonly int _maxPayloadBytes;
        private byte[] _buffer = new byte[4096];
        private int _start;
        private int _end;

        public FrameReader(int maxPayloadBytes) => _maxPayloadBytes = maxPayloadBytes;

        public bool IsEmpty => _start == _end;

        /// <summary>Whether a frame is whole, or so long that taking it fails.</summary>
        public bool HasFrame =>
            _end - _start >= HeadBytes && (PayloadBytes > _maxPayloadBytes || _end - _start - HeadBytes >= PayloadBytes);

        private long PayloadBytes => BinaryPrimitives.ReadUInt32BigEndian(_buffer.AsSpan(_start + 1, 4));

        public void Append(ReadOnlySpan<byte> bytes)
        {
            if (_buffer.Length - _end < bytes.Length)
            {
                MakeRoom(bytes.Length);
            }

            bytes.CopyTo(_buffer.AsSpan(_end));
            _end += bytes.Length;
        }

        /// <summary>Takes the next frame out; false when none is whole yet.</summary>
        /// <exception cref="FormatException">A frame is longer than is taken.</exception>
        public bool TryTake(out byte flags, out byte[] payload)
        {
            flags = 0;
            payload = Array.Empty<byte>();
            if (!HasFrame)
            {
                return false;
            }

            long length = PayloadBytes;
            if (length > _maxPayloadBytes)
            {
                throw new FormatException($"The server sent a message of {length} bytes; at most {_maxPayloadBytes} are taken.");
            }

            flags = _buffer[_start];
            payload = _buffer.AsSpan(_start + HeadBytes, (int)length).ToArray();
            _start += HeadBytes + (int)length;
            if (_start == _end)
            {
                _start = _end = 0;
            }

            return true;
        }

        /// <summary>Writes one message as a frame.</summary>
        public static byte[] Frame(ReadOnlySpan<byte> message, byte flags = 0)
        {
            var frame = new byte[HeadBytes + message.Length];
            frame[0] = flags;
            BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), (uint)message.Length);
            message.CopyTo(frame.AsSpan(HeadBytes));
            return frame;
        }

        private void MakeRoom(int bytes)
        {
            int held = _end - _start;
            byte[] target = held + bytes <= _buffer.Length ? _buffer : new byte[Math.Max(_buffer.Length * 2, held + bytes)];
            _buffer.AsSpan(_start, held).CopyTo(target);
            _buffer = target;
            _start = 0;
            _end = held;
        }
    }
}
