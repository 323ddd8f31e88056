using System;
using System.Collections.Generic;

namespace Narrative
{
    /// <summary>Pictures asked for alone.</summary>
    public sealed class PictureRequest
    {
        /// <summary>Makes a request.</summary>
        /// <param name="text">What the picture shows, 1 to 300 characters.</param>
        public PictureRequest(string text) => Text = text ?? throw new ArgumentNullException(nameof(text));

        /// <summary>What it shows.</summary>
        public string Text { get; }

        /// <summary>Shifts light and colour, never the subject. Null: neutral.</summary>
        public Mood? Mood { get; set; }

        /// <summary>How it is wanted. Null: PNG at native size.</summary>
        public PictureFormat? Format { get; set; }

        /// <summary>So many different ones, 1 to 16. Default: 1.</summary>
        public int Variants { get; set; } = 1;

        /// <summary>0 to 2^63 - 1; equal requests with it give equal bytes. Null: drawn by the server.</summary>
        public ulong? Seed { get; set; }

        /// <summary>Words that keep pictures alike, up to 200 characters. Default: empty.</summary>
        public string StyleWords { get; set; } = "";
    }

    /// <summary>Sounds asked for alone.</summary>
    public sealed class SoundRequest
    {
        /// <summary>Makes a request.</summary>
        /// <param name="text">What is heard, 1 to 200 characters, such as "heavy door creaking".</param>
        public SoundRequest(string text) => Text = text ?? throw new ArgumentNullException(nameof(text));

        /// <summary>What is heard.</summary>
        public string Text { get; }

        /// <summary>How long, 50 to 2000 milliseconds. Default 0: chosen by the model.</summary>
        public int DurationMs { get; set; }

        /// <summary>How forceful, 0 to 1. Null: 0.5.</summary>
        public float? Intensity { get; set; }

        /// <summary>How it is wanted. Null: WAV with 16-bit integers at 22050 Hz.</summary>
        public SoundFormat? Format { get; set; }

        /// <summary>So many different ones, 1 to 16. Default: 1.</summary>
        public int Variants { get; set; } = 1;

        /// <summary>0 to 2^63 - 1; equal requests with it give equal bytes. Null: drawn by the server.</summary>
        public ulong? Seed { get; set; }
    }

    /// <summary>What a request for single media gave. Immutable.</summary>
    public sealed class Generated<T>
    {
        internal Generated(IReadOnlyList<T> items, ulong seed)
        {
            Items = items;
            Seed = seed;
        }

        /// <summary>As many as were asked for.</summary>
        public IReadOnlyList<T> Items { get; }

        /// <summary>The seed that was used.</summary>
        public ulong Seed { get; }
    }

    /// <summary>A stored picture or sound. Immutable.</summary>
    public sealed class Asset
    {
        internal Asset(string id, string sessionId, string text, DateTime created, Medium medium, Picture? picture, Sound? sound)
        {
            Id = id;
            SessionId = sessionId;
            Text = text;
            Created = created;
            Medium = medium;
            Picture = picture;
            Sound = sound;
        }

        /// <summary>The id.</summary>
        public string Id { get; }

        /// <summary>The session that it was made for; empty if added.</summary>
        public string SessionId { get; }

        /// <summary>The words that it was made from.</summary>
        public string Text { get; }

        /// <summary>When it was stored, UTC.</summary>
        public DateTime Created { get; }

        /// <summary>What it is.</summary>
        public Medium Medium { get; }

        /// <summary>With <see cref="Medium.Background"/> and <see cref="Medium.Sprite"/>: the picture; else null.</summary>
        public Picture? Picture { get; }

        /// <summary>With <see cref="Medium.Sound"/>: the sound; else null.</summary>
        public Sound? Sound { get; }
    }

    /// <summary>What to look for in the library: one of text, a picture, a sound or another asset.</summary>
    public sealed class AssetSearch
    {
        private AssetSearch(string? text, ReadOnlyMemory<byte> picturePng, ReadOnlyMemory<byte> soundWav, string? assetId)
        {
            Text = text;
            PicturePng = picturePng;
            SoundWav = soundWav;
            AssetId = assetId;
        }

        /// <summary>Words, 1 to 300 characters; null when another way is used.</summary>
        public string? Text { get; }

        /// <summary>A PNG file of at most 900 KiB; empty when another way is used.</summary>
        public ReadOnlyMemory<byte> PicturePng { get; }

        /// <summary>A WAV file of at most 900 KiB; empty when another way is used.</summary>
        public ReadOnlyMemory<byte> SoundWav { get; }

        /// <summary>Another asset; null when another way is used.</summary>
        public string? AssetId { get; }

        /// <summary>Only of these kinds. Empty: all.</summary>
        public List<Medium> Media { get; } = new List<Medium>();

        /// <summary>At most so many, 1 to 100. Default: 10.</summary>
        public int Limit { get; set; } = 10;

        /// <summary>Looks for words.</summary>
        public static AssetSearch ByText(string text) => new AssetSearch(text, default, default, null);

        /// <summary>Looks for what is like a PNG file.</summary>
        public static AssetSearch ByPicture(ReadOnlyMemory<byte> png) => new AssetSearch(null, png, default, null);

        /// <summary>Looks for what is like a WAV file.</summary>
        public static AssetSearch BySound(ReadOnlyMemory<byte> wav) => new AssetSearch(null, default, wav, null);

        /// <summary>Looks for what is like another asset.</summary>
        public static AssetSearch ByAsset(string assetId) => new AssetSearch(null, default, default, assetId);
    }

    /// <summary>One find. Immutable.</summary>
    public sealed class SearchHit
    {
        internal SearchHit(Asset asset, float score)
        {
            Asset = asset;
            Score = score;
        }

        /// <summary>The asset, without its bytes.</summary>
        public Asset Asset { get; }

        /// <summary>How well it fits, -1 to 1.</summary>
        public float Score { get; }
    }
}
