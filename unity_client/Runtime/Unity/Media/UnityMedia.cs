using System;
using UnityEngine;

namespace Narrative
{
    /// <summary>Makes Unity's objects of decoded media. Main thread only; whoever gets an object destroys it.</summary>
    internal static class UnityMedia
    {
        /// <summary>A texture, without mip maps and without a copy in memory.</summary>
        /// <exception cref="FormatException">A PNG does not decode.</exception>
        public static Texture2D Texture(Pixels pixels, bool readable = false)
        {
            Picture picture = pixels.Picture;
            var texture = new Texture2D(
                pixels.IsPng ? 2 : picture.WidthPx, pixels.IsPng ? 2 : picture.HeightPx, TextureFormat.RGBA32, false)
            {
                name = picture.Text,
                filterMode = FilterMode.Point, // pixel art
                wrapMode = TextureWrapMode.Clamp,
            };
            if (!pixels.IsPng)
            {
                texture.LoadRawTextureData(pixels.Data);
                texture.Apply(false, !readable);
            }
            else if (!texture.LoadImage(pixels.Data, !readable))
            {
                Discard(texture);
                throw new FormatException("the picture is no PNG file that Unity reads");
            }

            return texture;
        }

        /// <summary>A sprite of a whole texture.</summary>
        /// <param name="texture">The picture.</param>
        /// <param name="pivotX">As a share of the width from the left.</param>
        /// <param name="pivotY">As a share of the height from the top.</param>
        /// <param name="pixelsPerUnit">Pixels of the picture a unit.</param>
        public static Sprite Sprite(Texture2D texture, float pivotX, float pivotY, float pixelsPerUnit)
        {
            var whole = new Rect(0, 0, texture.width, texture.height);
            // A full rectangle: tracing an outline would cost milliseconds on the main thread.
            return UnityEngine.Sprite.Create(
                texture, whole, new Vector2(pivotX, 1 - pivotY), pixelsPerUnit, 0, SpriteMeshType.FullRect);
        }

        /// <summary>A clip of some frames.</summary>
        public static AudioClip Clip(string name, Wav wav, int first, int end)
        {
            AudioClip clip = AudioClip.Create(name, end - first, wav.Channels, wav.RateHz, false);
            clip.SetData(first == 0 && end == wav.Frames ? wav.Samples : wav.Cut(first, end), 0);
            return clip;
        }

        /// <summary>Destroys an object that was made here, in play mode or in the editor.</summary>
        public static void Discard(UnityEngine.Object? made)
        {
            if (made == null)
            {
                return;
            }

            if (Application.isPlaying)
            {
                UnityEngine.Object.Destroy(made);
            }
            else
            {
                UnityEngine.Object.DestroyImmediate(made);
            }
        }
    }
}
