using UnityEngine;

namespace Narrative
{
    /// <summary>Shows the background behind the stage and fades from one to the next. It stays between beats.</summary>
    [AddComponentMenu("Narrative/Background View")]
    public sealed class BackgroundView : MonoBehaviour
    {
        [Tooltip("How wide the background is in the scene, in units; as wide as the sprite stage.")]
        [Min(0.01f)]
        [SerializeField] private float _widthUnits = 16f;

        [Tooltip("The sorting order of its renderers; lower than the sprites'.")]
        [SerializeField] private int _sortingOrder = -100;

        [Tooltip("Seconds from one background to the next.")]
        [Range(0f, 5f)]
        [SerializeField] private float _fadeS = 0.5f;

        private Shown? _front;
        private Shown? _back;
        private float _fadedS;
        private bool _fading;

        /// <summary>How wide it is in the scene, in units.</summary>
        public float WidthUnits { get => _widthUnits; set => _widthUnits = value; }

        /// <summary>Shows nothing.</summary>
        public void Clear()
        {
            Drop(ref _front);
            Drop(ref _back);
            _fading = false;
        }

        /// <summary>Shows a picture.</summary>
        /// <param name="texture">The picture.</param>
        /// <param name="owned">Whether it is destroyed once it is not shown any more.</param>
        internal void Show(Texture2D texture, bool owned)
        {
            Drop(ref _back);
            _back = _front;
            _front = new Shown(Renderer(texture), owned ? texture : null);
            _fadedS = 0;
            _fading = true;
            Fade(0);
        }

        private static void Drop(ref Shown? shown)
        {
            shown?.Discard();
            shown = null;
        }

        private SpriteRenderer Renderer(Texture2D texture)
        {
            var shown = new GameObject("Background");
            shown.transform.SetParent(transform, false);
            SpriteRenderer renderer = shown.AddComponent<SpriteRenderer>();
            renderer.sprite = UnityMedia.Sprite(texture, 0.5f, 0.5f, texture.width / _widthUnits);
            return renderer;
        }

        private void Update()
        {
            if (_fading)
            {
                Fade(Time.deltaTime);
            }
        }

        private void Fade(float elapsedS)
        {
            _fadedS += elapsedS;
            float share = _fadeS <= 0 ? 1 : Mathf.Clamp01(_fadedS / _fadeS);
            if (_front != null && _front.Renderer != null)
            {
                // The new one fades in over the old one, which stays whole, so that nothing shines through.
                _front.Renderer.sortingOrder = _sortingOrder + 1;
                _front.Renderer.color = new Color(1, 1, 1, share);
            }

            if (_back != null && _back.Renderer != null)
            {
                _back.Renderer.sortingOrder = _sortingOrder;
            }

            if (share >= 1)
            {
                Drop(ref _back);
                _fading = false;
            }
        }

        private void OnDestroy() => Clear();

        private sealed class Shown
        {
            private readonly Texture2D? _owned;
            private readonly Sprite _sprite; // kept: its renderer may be destroyed before this view

            public Shown(SpriteRenderer renderer, Texture2D? owned)
            {
                Renderer = renderer;
                _sprite = renderer.sprite;
                _owned = owned;
            }

            public SpriteRenderer Renderer { get; }

            public void Discard()
            {
                if (Renderer != null)
                {
                    UnityMedia.Discard(Renderer.gameObject);
                }

                UnityMedia.Discard(_sprite);
                UnityMedia.Discard(_owned);
            }
        }
    }
}
