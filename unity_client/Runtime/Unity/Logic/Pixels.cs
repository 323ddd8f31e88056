using System;

namespace Narrative
{
    /// <summary>A picture ready to become a texture. Made off the main thread.</summary>
    internal sealed class Pixels
    {
        private Pixels(Picture picture, byte[] data, bool isPng)
        {
            Picture = picture;
            Data = data;
            IsPng = isPng;
        }

        public Picture Picture { get; }

        /// <summary>A PNG file, or RGBA rows from the bottom up, as textures have them.</summary>
        public byte[] Data { get; }

        public bool IsPng { get; }

        /// <summary>Bytes that the texture takes.</summary>
        public int TextureBytes => Picture.WidthPx * Picture.HeightPx * 4;

        /// <summary>Prepares a picture.</summary>
        /// <exception cref="FormatException">Its bytes are not what it says.</exception>
        public static Pixels Of(Picture picture)
        {
            ReadOnlySpan<byte> data = picture.Data.Span;
            if (picture.Encoding == PictureEncoding.Png)
            {
                bool isPng = data.Length > 8 && data[0] == 0x89 && data[1] == 'P' && data[2] == 'N' && data[3] == 'G';
                return isPng ? new Pixels(picture, data.ToArray(), true) : throw new FormatException("the picture is no PNG file");
            }

            int rowBytes = picture.WidthPx * 4;
            if (picture.Encoding != PictureEncoding.Rgba32 || rowBytes <= 0 || data.Length != rowBytes * picture.HeightPx)
            {
                throw new FormatException(
                    $"the picture has {data.Length} bytes in encoding {picture.Encoding}; "
                    + $"{picture.WidthPx} x {picture.HeightPx} pixels of RGBA are {(long)rowBytes * picture.HeightPx}");
            }

            var flipped = new byte[data.Length];
            for (int row = 0; row < picture.HeightPx; row++)
            {
                data.Slice(row * rowBytes, rowBytes).CopyTo(flipped.AsSpan((picture.HeightPx - 1 - row) * rowBytes));
            }

            return new Pixels(picture, flipped, false);
        }

        /// <summary>Decodes the medium of an event: pixels, a sound's samples, or nothing.</summary>
        /// <exception cref="FormatException">It does not decode.</exception>
        public static object? Prepare(BeatEvent told) => told.Kind switch
        {
            BeatEventKind.Background => Of(told.Background.Picture),
            BeatEventKind.Sprite => Of(told.Sprite.Picture),
            BeatEventKind.Sound => Wav.Read(told.Sound.Sound.Data.Span),
            _ => null,
        };
    }
}
