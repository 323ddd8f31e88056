using System;
using System.Buffers.Binary;
using System.Text;

namespace UnityEngine
{
    public class Texture : Object
    {
        public virtual int width { get; set; }

        public virtual int height { get; set; }

        public FilterMode filterMode { get; set; }

        public TextureWrapMode wrapMode { get; set; }
    }

    public class Texture2D : Texture
    {
        public Texture2D(int width, int height, TextureFormat textureFormat, bool mipChain)
        {
            this.width = width;
            this.height = height;
        }

        /// <summary>As it was loaded.</summary>
        public byte[] Data { get; private set; }

        /// <summary>Whether pixels were handed to the graphics card.</summary>
        public bool Applied { get; private set; }

        public void LoadRawTextureData(byte[] data)
        {
            if (data.Length != width * height * 4)
            {
                throw new ArgumentException($"LoadRawTextureData: {data.Length} bytes for {width} x {height} RGBA.");
            }

            Data = data;
        }

        public void Apply(bool updateMipmaps, bool makeNoLongerReadable)
        {
            Applied = true;
            if (Engine.UploadedBytes.Count > 0)
            {
                Engine.UploadedBytes[Engine.UploadedBytes.Count - 1] += width * height * 4;
            }
        }
    }

    public static class ImageConversion
    {
        /// <summary>Reads the size of a PNG file; false when it is none or lacks its end.</summary>
        public static bool LoadImage(this Texture2D tex, byte[] data, bool markNonReadable)
        {
            ReadOnlySpan<byte> file = data;
            bool whole = file.Length > 32 && Has(file.Slice(12, 4), "IHDR") && Has(file, "IEND");
            if (whole)
            {
                tex.width = BinaryPrimitives.ReadInt32BigEndian(file.Slice(16));
                tex.height = BinaryPrimitives.ReadInt32BigEndian(file.Slice(20));
                tex.Apply(false, markNonReadable);
            }

            return whole;
        }

        private static bool Has(ReadOnlySpan<byte> file, string chunk) => file.IndexOf(Encoding.ASCII.GetBytes(chunk)) >= 0;
    }

    public sealed class Sprite : Object
    {
        public float pixelsPerUnit { get; private set; }

        public Texture2D texture { get; private set; }

        public static Sprite Create(
            Texture2D texture, Rect rect, Vector2 pivot, float pixelsPerUnit, uint extrude, SpriteMeshType meshType) =>
            new Sprite { texture = texture, pixelsPerUnit = pixelsPerUnit };
    }

    public class Renderer : Component
    {
        public int sortingOrder { get; set; }
    }

    public sealed class SpriteRenderer : Renderer
    {
        public Sprite sprite { get; set; }

        public Color color { get; set; }

        public bool flipX { get; set; }
    }

    public sealed class TextMesh : Component
    {
        public string text { get; set; } = "";

        public bool richText { get; set; } = true;
    }

    public sealed class AudioClip : Object
    {
        public int samples { get; private set; }

        public int frequency { get; private set; }

        public static AudioClip Create(string name, int lengthSamples, int channels, int frequency, bool stream)
        {
            if (lengthSamples < 1 || channels < 1 || frequency < 1)
            {
                throw new ArgumentException("AudioClip.Create: a clip has samples, channels and a rate.");
            }

            return new AudioClip { name = name, samples = lengthSamples, frequency = frequency };
        }

        public bool SetData(float[] data, int offsetSamples) => true;
    }

    public static class AudioSettings
    {
        public static double dspTime => Engine.NowS;
    }

    public sealed class AudioSource : Behaviour
    {
        private double _beginsS = double.PositiveInfinity;
        private double _playedS;
        private double _lastS;

        public AudioClip clip { get; set; }

        public bool isPlaying { get; private set; }

        public bool IsPaused { get; private set; }

        public bool loop { get; set; }

        public bool playOnAwake { get; set; } = true;

        public float volume { get; set; } = 1;

        public int OneShots { get; private set; }

        public void Play() => PlayScheduled(Engine.NowS);

        public void PlayOneShot(AudioClip clip) => OneShots++;

        public void PlayScheduled(double time)
        {
            _beginsS = _lastS = time;
            _playedS = 0;
            isPlaying = true;
        }

        public void Pause()
        {
            IsPaused = isPlaying;
            isPlaying = false;
        }

        public void UnPause()
        {
            isPlaying |= IsPaused;
            IsPaused = false;
        }

        public void Stop() => isPlaying = false;

        internal void Move(double nowS)
        {
            if (isPlaying && nowS >= _beginsS)
            {
                _playedS += nowS - _lastS;
                isPlaying = loop || _playedS < (double)clip.samples / clip.frequency;
            }

            _lastS = Math.Max(_lastS, nowS);
        }
    }
}

namespace UnityEngine.UI
{
    public class Text : Component
    {
        public string text { get; set; } = "";

        public bool supportRichText { get; set; } = true;
    }
}
