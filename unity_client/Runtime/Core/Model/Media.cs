using System;

namespace Narrative
{
    /// <summary>Which kind of output something is about.</summary>
    public enum Medium
    {
        /// <summary>Not given, or newer than this client.</summary>
        Unspecified = 0,

        /// <summary>Spoken lines.</summary>
        Dialogue = 1,

        /// <summary>The picture behind the scene.</summary>
        Background = 2,

        /// <summary>A character or an object.</summary>
        Sprite = 3,

        /// <summary>A sound effect.</summary>
        Sound = 4,
    }

    /// <summary>How picture bytes are laid out.</summary>
    public enum PictureEncoding
    {
        /// <summary>Asked: PNG. Never answered.</summary>
        Unspecified = 0,

        /// <summary>A PNG file, RGBA, 8 bits a channel.</summary>
        Png = 1,

        /// <summary>Raw RGBA, 8 bits a channel, straight alpha, sRGB, top row first.</summary>
        Rgba32 = 2,
    }

    /// <summary>How sound bytes are laid out.</summary>
    public enum SoundEncoding
    {
        /// <summary>Asked: WAV with 16-bit integers. Never answered.</summary>
        Unspecified = 0,

        /// <summary>A WAV file, PCM, 16-bit signed integers, little endian.</summary>
        WavPcm16 = 1,

        /// <summary>A WAV file, 32-bit floats, little endian.</summary>
        WavFloat32 = 2,
    }

    /// <summary>Which way a sprite looks, as seen by the player.</summary>
    public enum Facing
    {
        /// <summary>Not known: never mirror it.</summary>
        Unknown = 0,

        /// <summary>To the left.</summary>
        Left = 1,

        /// <summary>To the right.</summary>
        Right = 2,
    }

    /// <summary>How a picture is wanted.</summary>
    public sealed class PictureFormat
    {
        /// <summary>Default: PNG.</summary>
        public PictureEncoding Encoding { get; set; }

        /// <summary>
        /// Sprites: 32, 64 and so on up to 512. Backgrounds: 160 times a whole number up to 1280. Default 0: native.
        /// </summary>
        public int WidthPx { get; set; }

        /// <summary>Sprites: as the width. Backgrounds: 96 times the same number. Default 0: follows the width.</summary>
        public int HeightPx { get; set; }

        /// <summary>At most so many colours, 2 to 64. Default 0: as generated.</summary>
        public int Colours { get; set; }
    }

    /// <summary>How a sound is wanted.</summary>
    public sealed class SoundFormat
    {
        /// <summary>Default: WAV with 16-bit integers.</summary>
        public SoundEncoding Encoding { get; set; }

        /// <summary>22050, 44100 or 48000. Default 0: 22050.</summary>
        public int SampleRateHz { get; set; }
    }

    /// <summary>A picture that was generated. Immutable; its bytes must not be changed.</summary>
    public sealed class Picture
    {
        internal Picture(
            string assetId, ReadOnlyMemory<byte> data, PictureEncoding encoding, int widthPx, int heightPx, float? groundY,
            Facing facing, float pivotX, float pivotY, string text, ulong seed)
        {
            AssetId = assetId;
            Data = data;
            Encoding = encoding;
            WidthPx = widthPx;
            HeightPx = heightPx;
            GroundY = groundY;
            Facing = facing;
            PivotX = pivotX;
            PivotY = pivotY;
            Text = text;
            Seed = seed;
        }

        /// <summary>The asset's id in the library; empty when it is not stored.</summary>
        public string AssetId { get; }

        /// <summary>The bytes, laid out as <see cref="Encoding"/> says; empty where only the description was asked for.</summary>
        public ReadOnlyMemory<byte> Data { get; }

        /// <summary>How the bytes are laid out.</summary>
        public PictureEncoding Encoding { get; }

        /// <summary>Width in pixels.</summary>
        public int WidthPx { get; }

        /// <summary>Height in pixels.</summary>
        public int HeightPx { get; }

        /// <summary>Backgrounds: where the ground is, as a share of the height from the top, 0 to 1. Null for sprites.</summary>
        public float? GroundY { get; }

        /// <summary>Sprites: which way the subject looks.</summary>
        public Facing Facing { get; }

        /// <summary>Sprites: the point that stands on the ground, as a share of the width from the left.</summary>
        public float PivotX { get; }

        /// <summary>Sprites: the same as a share of the height from the top.</summary>
        public float PivotY { get; }

        /// <summary>The words that it was made from.</summary>
        public string Text { get; }

        /// <summary>The seed that its noise was drawn from.</summary>
        public ulong Seed { get; }
    }

    /// <summary>A sound effect that was generated. Immutable; its bytes must not be changed.</summary>
    public sealed class Sound
    {
        internal Sound(
            string assetId, ReadOnlyMemory<byte> data, SoundEncoding encoding, int durationMs, int sampleRateHz, int channels,
            float peakDbfs, float loudnessLufs, string text, ulong seed)
        {
            AssetId = assetId;
            Data = data;
            Encoding = encoding;
            DurationMs = durationMs;
            SampleRateHz = sampleRateHz;
            Channels = channels;
            PeakDbfs = peakDbfs;
            LoudnessLufs = loudnessLufs;
            Text = text;
            Seed = seed;
        }

        /// <summary>The asset's id in the library; empty when it is not stored.</summary>
        public string AssetId { get; }

        /// <summary>A whole WAV file; empty where only the description was asked for.</summary>
        public ReadOnlyMemory<byte> Data { get; }

        /// <summary>How the bytes are laid out.</summary>
        public SoundEncoding Encoding { get; }

        /// <summary>How long it lasts, in milliseconds.</summary>
        public int DurationMs { get; }

        /// <summary>Samples a second.</summary>
        public int SampleRateHz { get; }

        /// <summary>1 for mono, 2 for stereo.</summary>
        public int Channels { get; }

        /// <summary>Highest absolute sample, in dB below full scale (0 or less).</summary>
        public float PeakDbfs { get; }

        /// <summary>Loudness in LUFS; -70 is silence.</summary>
        public float LoudnessLufs { get; }

        /// <summary>The words that it was made from.</summary>
        public string Text { get; }

        /// <summary>The seed that its noise was drawn from.</summary>
        public ulong Seed { get; }
    }
}
