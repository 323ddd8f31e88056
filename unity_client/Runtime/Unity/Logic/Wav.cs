using System;
using System.Buffers.Binary;

namespace Narrative
{
    /// <summary>
    /// A sound's samples, read from a WAV file: PCM of 16-bit integers or 32-bit floats, and the first loop of its smpl chunk.
    /// </summary>
    internal sealed class Wav
    {
        private const int PcmFormat = 1;
        private const int FloatFormat = 3;
        private const int ExtensibleFormat = 0xFFFE;

        private Wav(float[] samples, int channels, int rateHz, int loopStart, int loopEnd)
        {
            Samples = samples;
            Channels = channels;
            RateHz = rateHz;
            LoopStart = loopStart;
            LoopEnd = loopEnd;
        }

        /// <summary>Interleaved, -1 to 1.</summary>
        public float[] Samples { get; }

        public int Channels { get; }

        public int RateHz { get; }

        /// <summary>Samples of each channel.</summary>
        public int Frames => Samples.Length / Channels;

        public bool Loops => LoopEnd > LoopStart;

        /// <summary>First frame of the loop.</summary>
        public int LoopStart { get; }

        /// <summary>The frame after the loop's last; not above <see cref="LoopStart"/> when there is no loop.</summary>
        public int LoopEnd { get; }

        /// <summary>Some frames as a buffer of their own.</summary>
        public float[] Cut(int first, int end) => Samples.AsSpan(first * Channels, (end - first) * Channels).ToArray();

        /// <summary>Reads a file.</summary>
        /// <exception cref="FormatException">It is none, or of a kind that is not read; the message says which.</exception>
        public static Wav Read(ReadOnlySpan<byte> file)
        {
            if (file.Length < 12 || !Is(file, "RIFF") || !Is(file.Slice(8), "WAVE"))
            {
                throw new FormatException("the sound is no WAV file");
            }

            ReadOnlySpan<byte> format = default, data = default, sampler = default;
            ReadOnlySpan<byte> rest = file.Slice(12);
            while (rest.Length >= 8)
            {
                long size = BinaryPrimitives.ReadUInt32LittleEndian(rest.Slice(4));
                int length = (int)Math.Min(size, rest.Length - 8); // a cut file is played as far as it goes
                ReadOnlySpan<byte> body = rest.Slice(8, length);
                format = Is(rest, "fmt ") ? body : format;
                data = Is(rest, "data") ? body : data;
                sampler = Is(rest, "smpl") ? body : sampler;
                rest = rest.Slice(Math.Min(rest.Length, 8 + length + (length & 1)));
            }

            return Decode(format, data, sampler);
        }

        private static Wav Decode(ReadOnlySpan<byte> format, ReadOnlySpan<byte> data, ReadOnlySpan<byte> sampler)
        {
            if (format.Length < 16)
            {
                throw new FormatException("the WAV file does not tell its format");
            }

            int kind = BinaryPrimitives.ReadUInt16LittleEndian(format);
            kind = kind == ExtensibleFormat && format.Length >= 26 ? BinaryPrimitives.ReadUInt16LittleEndian(format.Slice(24)) : kind;
            int channels = BinaryPrimitives.ReadUInt16LittleEndian(format.Slice(2));
            int rateHz = BinaryPrimitives.ReadInt32LittleEndian(format.Slice(4));
            int bits = BinaryPrimitives.ReadUInt16LittleEndian(format.Slice(14));
            bool legal = (kind == PcmFormat && bits == 16) || (kind == FloatFormat && bits == 32);
            if (!legal || channels < 1 || channels > 8 || rateHz < 1)
            {
                throw new FormatException(
                    $"the WAV file has format {kind}, {bits} bits, {channels} channels at {rateHz} Hz; legal: 16-bit PCM or "
                    + "32-bit floats of 1 to 8 channels");
            }

            int frames = data.Length / (bits / 8 * channels);
            if (frames == 0)
            {
                throw new FormatException("the WAV file has no samples");
            }

            var samples = new float[frames * channels];
            for (int index = 0; index < samples.Length; index++)
            {
                samples[index] = bits == 16
                    ? BinaryPrimitives.ReadInt16LittleEndian(data.Slice(index * 2)) / 32768f
                    : BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadInt32LittleEndian(data.Slice(index * 4)));
            }

            (int start, int end) = ReadLoop(sampler, frames);
            return new Wav(samples, channels, rateHz, start, end);
        }

        private static (int Start, int End) ReadLoop(ReadOnlySpan<byte> sampler, int frames)
        {
            if (sampler.Length < 60 || BinaryPrimitives.ReadUInt32LittleEndian(sampler.Slice(28)) == 0)
            {
                return (0, 0);
            }

            long start = BinaryPrimitives.ReadUInt32LittleEndian(sampler.Slice(44));
            long end = (long)BinaryPrimitives.ReadUInt32LittleEndian(sampler.Slice(48)) + 1; // the file names the last frame
            return start < end && end <= frames ? ((int)start, (int)end) : (0, 0);
        }

        private static bool Is(ReadOnlySpan<byte> bytes, string tag)
        {
            for (int index = 0; index < 4; index++)
            {
                if (bytes[index] != tag[index])
                {
                    return false;
                }
            }

            return true;
        }
    }
}
