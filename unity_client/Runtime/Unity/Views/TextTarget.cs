using UnityEngine;

namespace Narrative
{
    /// <summary>A text component, whichever is installed: TextMeshPro, uGUI's Text, or Unity's own TextMesh.</summary>
    internal readonly struct TextTarget
    {
#if NARRATIVE_TEXTMESHPRO
        private readonly TMPro.TMP_Text? _fancy;
#endif
        private readonly UnityEngine.UI.Text? _plain;
        private readonly TextMesh? _mesh;

        private TextTarget(Component component)
        {
#if NARRATIVE_TEXTMESHPRO
            _fancy = component as TMPro.TMP_Text;
#endif
            _plain = component as UnityEngine.UI.Text;
            _mesh = component as TextMesh;
        }

        /// <summary>Whether there is one.</summary>
        private bool IsNone
        {
            get
            {
                bool none = _plain == null && _mesh == null;
#if NARRATIVE_TEXTMESHPRO
                none &= _fancy == null;
#endif
                return none;
            }
        }

        /// <summary>Finds the text component on an object.</summary>
        /// <param name="holder">The object; null: no text is shown.</param>
        /// <param name="field">For the message when it has none.</param>
        /// <param name="owner">Whom the message is about.</param>
        public static TextTarget On(GameObject? holder, string field, Object owner)
        {
            if (holder == null)
            {
                return default;
            }

            foreach (Component component in holder.GetComponents<Component>())
            {
                var target = new TextTarget(component);
                if (!target.IsNone)
                {
                    return target;
                }
            }

            Debug.LogWarning($"{field} is {holder.name}, which has no TextMeshPro text, no Text and no TextMesh.", owner);
            return default;
        }

        /// <summary>Shows a short text.</summary>
        public void Set(string text)
        {
#if NARRATIVE_TEXTMESHPRO
            if (_fancy != null)
            {
                _fancy.richText = false;
                _fancy.text = text;
                _fancy.maxVisibleCharacters = int.MaxValue;
            }
#endif
            if (_plain != null)
            {
                _plain.supportRichText = false;
                _plain.text = text;
            }

            if (_mesh != null)
            {
                _mesh.richText = false;
                _mesh.text = text;
            }
        }

        /// <summary>Shows the first characters of a line as it streams.</summary>
        /// <param name="line">As far as it has come.</param>
        /// <param name="visible">How many of its characters.</param>
        /// <param name="grown">Whether the line itself has changed since the last call.</param>
        public void Show(TypedLine line, int visible, bool grown)
        {
#if NARRATIVE_TEXTMESHPRO
            if (_fancy != null)
            {
                // The whole line is laid out at once, so that no word jumps to the next row while it is typed. Words in
                // angle brackets are words: tags would also be counted as characters.
                if (grown)
                {
                    _fancy.richText = false;
                    _fancy.SetText(line.Buffer, 0, line.Length);
                }

                _fancy.maxVisibleCharacters = visible;
                return;
            }
#else
            _ = grown;
#endif
            if (_plain != null || _mesh != null)
            {
                Set(line.Start(line.Whole(visible)));
            }
        }
    }
}
