// Signatures of what the package uses of Unity's graphics, to compile against. Nothing here can be run.
namespace UnityEngine
{
    public enum FilterMode
    {
        Point = 0,
    }

    public enum TextureWrapMode
    {
        Clamp = 1,
    }

    public enum TextureFormat
    {
        RGBA32 = 4,
    }

    public enum SpriteMeshType
    {
        FullRect = 0,
    }

    public enum CameraClearFlags
    {
        SolidColor = 2,
    }

    public enum RenderMode
    {
        ScreenSpaceOverlay = 0,
    }

    public enum ScaleMode
    {
        ScaleToFit = 2,
    }

    public enum TextAnchor
    {
        UpperLeft = 0,
        LowerLeft = 6,
    }

    public class Texture : Object
    {
        public virtual int width { get; set; }

        public virtual int height { get; set; }

        public FilterMode filterMode { get; set; }

        public TextureWrapMode wrapMode { get; set; }
    }

    public class Texture2D : Texture
    {
        public Texture2D(int width, int height, TextureFormat textureFormat, bool mipChain) => throw null;

        public void LoadRawTextureData(byte[] data) => throw null;

        public void Apply(bool updateMipmaps, bool makeNoLongerReadable) => throw null;
    }

    public static class ImageConversion
    {
        public static bool LoadImage(this Texture2D tex, byte[] data, bool markNonReadable) => throw null;
    }

    public sealed class Sprite : Object
    {
        public float pixelsPerUnit => throw null;

        public Texture2D texture => throw null;

        public static Sprite Create(
            Texture2D texture, Rect rect, Vector2 pivot, float pixelsPerUnit, uint extrude, SpriteMeshType meshType) => throw null;
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

    public sealed class Camera : Behaviour
    {
        public bool orthographic { get; set; }

        public float orthographicSize { get; set; }

        public Color backgroundColor { get; set; }

        public CameraClearFlags clearFlags { get; set; }
    }

    public sealed class Canvas : Behaviour
    {
        public RenderMode renderMode { get; set; }
    }

    public sealed class Font : Object
    {
    }

    public sealed class TextMesh : Component
    {
        public string text { get; set; }

        public bool richText { get; set; }
    }

    public sealed class Screen
    {
        public static int width => throw null;

        public static int height => throw null;
    }
}

namespace UnityEngine.EventSystems
{
    public abstract class UIBehaviour : MonoBehaviour
    {
    }
}

namespace UnityEngine.UI
{
    public abstract class Graphic : EventSystems.UIBehaviour
    {
        public virtual Color color { get; set; }

        public RectTransform rectTransform => throw null;
    }

    public abstract class MaskableGraphic : Graphic
    {
    }

    public class Image : MaskableGraphic
    {
    }

    public class Text : MaskableGraphic
    {
        public virtual string text { get; set; }

        public bool supportRichText { get; set; }

        public Font font { get; set; }

        public int fontSize { get; set; }

        public TextAnchor alignment { get; set; }
    }

    public class CanvasScaler : EventSystems.UIBehaviour
    {
        public ScaleMode uiScaleMode { get; set; }

        public Vector2 referenceResolution { get; set; }

        public enum ScaleMode
        {
            ScaleWithScreenSize = 1,
        }
    }
}

#if NARRATIVE_TEXTMESHPRO
namespace TMPro
{
    public abstract class TMP_Text : UnityEngine.UI.MaskableGraphic
    {
        public virtual string text { get; set; }

        public bool richText { get; set; }

        public int maxVisibleCharacters { get; set; }

        public void SetText(char[] sourceText, int start, int length) => throw null;
    }
}
#endif
