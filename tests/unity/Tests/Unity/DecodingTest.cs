using System;
using System.Buffers.Binary;
using System.IO;
using System.Text;
using Xunit;

namespace Narrative.Tests
{
    public sealed class WavTest
    {
        [Fact]
        public void Reads_sixteen_bit_integers_and_floats_alike()
        {
            Wav integers = Wav.Read(File(1, 16, 2, Pcm16(0, 16384, -32768, 32767)));
            Assert.Equal((2, 22050, 2), (integers.Channels, integers.RateHz, integers.Frames));
            Assert.Equal(new[] { 0, 0.5f, -1, 32767 / 32768f }, integers.Samples);
            Assert.False(integers.Loops);

            var floats = new byte[8];
            BinaryPrimitives.WriteSingleLittleEndian(floats, 0.25f);
            BinaryPrimitives.WriteSingleLittleEndian(floats.AsSpan(4), -0.75f);
            Assert.Equal(new[] { 0.25f, -0.75f }, Wav.Read(File(3, 32, 1, floats)).Samples);
        }

        [Fact]
        public void Reads_the_first_loop_with_its_last_frame_in_it()
        {
            var sampler = new byte[60];
            BinaryPrimitives.WriteInt32LittleEndian(sampler.AsSpan(28), 1);
            BinaryPrimitives.WriteInt32LittleEndian(sampler.AsSpan(44), 1);
            BinaryPrimitives.WriteInt32LittleEndian(sampler.AsSpan(48), 2);
            Wav wav = Wav.Read(File(1, 16, 1, Pcm16(1, 2, 3, 4), sampler));
            Assert.Equal((true, 1, 3), (wav.Loops, wav.LoopStart, wav.LoopEnd));
            Assert.Equal(new[] { 2 / 32768f, 3 / 32768f }, wav.Cut(1, 3));

            BinaryPrimitives.WriteInt32LittleEndian(sampler.AsSpan(48), 4); // past the end
            Assert.False(Wav.Read(File(1, 16, 1, Pcm16(1, 2, 3, 4), sampler)).Loops);
        }

        [Fact]
        public void A_cut_file_plays_as_far_as_it_goes()
        {
            byte[] whole = File(1, 16, 1, Pcm16(1, 2, 3, 4));
            Assert.Equal(3, Wav.Read(whole.AsSpan(0, whole.Length - 1)).Frames);
        }

        [Theory]
        [InlineData("no WAV file", "")]
        [InlineData("no WAV file", "RIFF....AIFF")]
        [InlineData("does not tell its format", "RIFF....WAVE")]
        public void Says_what_is_wrong_with_a_file(string says, string bytes) =>
            Assert.Contains(says, Assert.Throws<FormatException>(() => Wav.Read(Encoding.ASCII.GetBytes(bytes))).Message);

        [Fact]
        public void Names_a_format_that_it_does_not_read()
        {
            var error = Assert.Throws<FormatException>(() => Wav.Read(File(1, 24, 1, new byte[6])));
            Assert.Contains("24 bits", error.Message);
            Assert.Contains("legal: 16-bit PCM or 32-bit floats", error.Message);
            Assert.Throws<FormatException>(() => Wav.Read(File(1, 16, 0, new byte[6])));
            Assert.Throws<FormatException>(() => Wav.Read(File(1, 16, 1, new byte[1])));
        }

        internal static byte[] Pcm16(params short[] samples)
        {
            var bytes = new byte[samples.Length * 2];
            Buffer.BlockCopy(samples, 0, bytes, 0, bytes.Length);
            return bytes;
        }

        internal static byte[] File(int format, int bits, int channels, byte[] data, byte[]? sampler = null)
        {
            var stream = new MemoryStream();
            var writer = new BinaryWriter(stream);
            writer.Write(Encoding.ASCII.GetBytes("RIFF\0\0\0\0WAVEfmt "));
            writer.Write(16);
            writer.Write((short)format);
            writer.Write((short)channels);
            writer.Write(22050);
            writer.Write(22050 * channels * bits / 8);
            writer.Write((short)(channels * bits / 8));
            writer.Write((short)bits);
            if (sampler != null)
            {
                writer.Write(Encoding.ASCII.GetBytes("smpl"));
                writer.Write(sampler.Length);
                writer.Write(sampler);
            }

            writer.Write(Encoding.ASCII.GetBytes("data"));
            writer.Write(data.Length);
            writer.Write(data);
            return stream.ToArray();
        }
    }

    public sealed class PixelsTest
    {
        [Fact]
        public void Turns_raw_rows_bottom_up()
        {
            Pixels pixels = Pixels.Of(Raw(1, 2, new byte[] { 1, 2, 3, 4, 5, 6, 7, 8 }));
            Assert.Equal(new byte[] { 5, 6, 7, 8, 1, 2, 3, 4 }, pixels.Data);
            Assert.Equal(8, pixels.TextureBytes);
            Assert.False(pixels.IsPng);
        }

        [Fact]
        public void Refuses_bytes_that_do_not_fit_the_size_and_files_that_are_no_png()
        {
            Assert.Contains("7 bytes", Assert.Throws<FormatException>(() => Pixels.Of(Raw(1, 2, new byte[7]))).Message);
            Assert.Throws<FormatException>(() => Pixels.Of(Raw(0, 0, Array.Empty<byte>())));
            Assert.Throws<FormatException>(() => Pixels.Of(Encoded(PictureEncoding.Png, 1, 1, new byte[20])));
            Assert.True(Pixels.Of(Encoded(PictureEncoding.Png, 1, 1, new byte[] { 0x89, 80, 78, 71, 13, 10, 26, 10, 0 })).IsPng);
        }

        internal static Picture Raw(int width, int height, byte[] data) => Encoded(PictureEncoding.Rgba32, width, height, data);

        private static Picture Encoded(PictureEncoding encoding, int width, int height, byte[] data) =>
            new Picture("", data, encoding, width, height, null, Facing.Left, 0.5f, 1, "a hut", 0);
    }

    public sealed class StageLayoutTest
    {
        [Fact]
        public void Counts_units_from_the_centre_and_upwards()
        {
            var layout = new StageLayout(160, 96, 16);
            StagePoint corner = layout.Place(new Placement("a", 0, 0, 2, false, 0));
            Assert.Equal((-8f, 4.8f, 2f), (corner.X, corner.Y, corner.Scale));
            StagePoint ground = layout.Place(new Placement("a", 120, 67, 1, false, 0));
            Assert.Equal((4f, -1.9f), (ground.X, ground.Y));
            Assert.Equal(10, layout.PixelsPerUnit);
        }
    }
}
