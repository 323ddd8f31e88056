using System.Collections.Generic;
using UnityEngine;

namespace Narrative
{
    /// <summary>Puts a beat's sprites where its staging says. They stay until the next beat begins.</summary>
    [AddComponentMenu("Narrative/Sprite Stage")]
    public sealed class SpriteStage : MonoBehaviour
    {
        /// <summary>A stage's size until a staging tells it: that of a background, in pixels.</summary>
        private const int NativeWidthPx = 160;
        private const int NativeHeightPx = 96;
        private const float NativeGround = 0.7f;

        [Tooltip("How wide the stage is in the scene, in units; as wide as the background.")]
        [Min(0.01f)]
        [SerializeField] private float _widthUnits = 16f;

        [Tooltip("The sorting order of the farthest sprite.")]
        [SerializeField] private int _sortingOrder;

        private readonly Dictionary<string, Standing> _standing = new Dictionary<string, Standing>();
        private readonly Dictionary<string, Placement> _placements = new Dictionary<string, Placement>();
        private StageLayout _layout = new StageLayout(NativeWidthPx, NativeHeightPx, 16f);

        /// <summary>How wide the stage is in the scene, in units.</summary>
        public float WidthUnits { get => _widthUnits; set => _widthUnits = value; }

        /// <summary>The object that shows a sprite now, by the character's name; null: not on the stage.</summary>
        public GameObject? Find(string character)
        {
            foreach (Standing one in _standing.Values)
            {
                if (one.Character == character)
                {
                    return one.Renderer.gameObject;
                }
            }

            return null;
        }

        /// <summary>Empties the stage.</summary>
        public void Clear()
        {
            foreach (Standing one in _standing.Values)
            {
                one.Discard();
            }

            _standing.Clear();
            _placements.Clear();
            _layout = new StageLayout(NativeWidthPx, NativeHeightPx, _widthUnits);
        }

        /// <summary>Takes a staging; the newest of a beat holds.</summary>
        internal void Arrange(Staging staging)
        {
            if (staging.WidthPx > 0)
            {
                _layout = new StageLayout(staging.WidthPx, staging.HeightPx, _widthUnits);
            }

            _placements.Clear();
            foreach (Placement placement in staging.Placements)
            {
                _placements[placement.SpriteKey] = placement;
            }

            foreach (KeyValuePair<string, Standing> one in _standing)
            {
                Place(one.Key, one.Value.Renderer);
            }
        }

        /// <summary>Shows a sprite.</summary>
        /// <param name="key">Its key in the beat.</param>
        /// <param name="character">Whom it shows; empty: an object.</param>
        /// <param name="picture">Its pivot.</param>
        /// <param name="texture">Its picture.</param>
        /// <param name="owned">Whether the picture is destroyed when the sprite goes.</param>
        internal void Show(string key, string character, Picture picture, Texture2D texture, bool owned)
        {
            if (_standing.TryGetValue(key, out Standing before))
            {
                before.Discard();
            }

            var shown = new GameObject(character.Length > 0 ? character : key);
            shown.transform.SetParent(transform, false);
            SpriteRenderer renderer = shown.AddComponent<SpriteRenderer>();
            renderer.sprite = UnityMedia.Sprite(texture, picture.PivotX, picture.PivotY, _layout.PixelsPerUnit);
            _standing[key] = new Standing(character, renderer, owned ? texture : null);
            Place(key, renderer);
        }

        private void Place(string key, SpriteRenderer renderer)
        {
            if (!_placements.TryGetValue(key, out Placement? placement))
            {
                // Until a staging names it: in the middle, on the ground.
                placement = new Placement(key, NativeWidthPx / 2, (int)(NativeHeightPx * NativeGround), 1, false, 0);
            }

            StagePoint point = _layout.Place(placement);
            renderer.transform.localPosition = new Vector3(point.X, point.Y, 0);
            // A sprite made before the stage's size was known keeps its own pixels a unit.
            float scale = point.Scale * renderer.sprite.pixelsPerUnit / _layout.PixelsPerUnit;
            renderer.transform.localScale = new Vector3(scale, scale, 1);
            renderer.flipX = placement.Mirrored;
            renderer.sortingOrder = _sortingOrder + placement.Z;
        }

        private void OnDestroy() => Clear();

        private readonly struct Standing
        {
            private readonly Texture2D? _owned;
            private readonly Sprite _sprite; // kept: its renderer may be destroyed before the stage

            public Standing(string character, SpriteRenderer renderer, Texture2D? owned)
            {
                Character = character;
                Renderer = renderer;
                _owned = owned;
                _sprite = renderer.sprite;
            }

            public string Character { get; }

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
