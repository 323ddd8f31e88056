using UnityEngine;

namespace Narrative
{
    /// <summary>
    /// Shows who speaks and types what they say, with a blip while it types. Works with TextMeshPro where that is installed,
    /// with uGUI's Text, and with TextMesh.
    /// </summary>
    [AddComponentMenu("Narrative/Dialogue View")]
    public sealed class DialogueView : MonoBehaviour
    {
        [Tooltip("Hidden while nobody speaks; empty: nothing is hidden.")]
        [SerializeField] private GameObject? _panel;

        [Tooltip("The object whose text shows the speaker's name.")]
        [SerializeField] private GameObject? _speaker;

        [Tooltip("The object whose text shows the line.")]
        [SerializeField] private GameObject? _line;

        [Tooltip("The object whose text shows captions, which nobody speaks.")]
        [SerializeField] private GameObject? _caption;

        [Tooltip("Plays the blips; empty: none.")]
        [SerializeField] private AudioSource? _blipSource;

        [Tooltip("The sound of a letter being typed.")]
        [SerializeField] private AudioClip? _blip;

        [Tooltip("At least so many milliseconds between two blips.")]
        [Range(10, 500)]
        [SerializeField] private int _blipIntervalMs = 60;

        private readonly Blips _blips = new Blips();
        private TextTarget _speakerText;
        private TextTarget _lineText;
        private TextTarget _captionText;
        private TypedLine? _typed;
        private int _shown;
        private int _received;
        private bool _found;

        /// <summary>Hidden while nobody speaks.</summary>
        public GameObject? Panel { get => _panel; set => _panel = value; }

        /// <summary>Sets the objects whose texts are used, for views that are built by code.</summary>
        /// <param name="speaker">Shows the speaker's name; null: not shown.</param>
        /// <param name="line">Shows the line; null: not shown.</param>
        /// <param name="caption">Shows captions; null: not shown.</param>
        public void SetTexts(GameObject? speaker, GameObject? line, GameObject? caption = null)
        {
            _speaker = speaker;
            _line = line;
            _caption = caption;
            _found = false;
        }

        /// <summary>Sets the blip, for views that are built by code.</summary>
        public void SetBlip(AudioSource? source, AudioClip? blip)
        {
            _blipSource = source;
            _blip = blip;
        }

        internal void Begin(LineStarted? started, TypedLine line)
        {
            Find();
            _typed = line;
            _shown = -1;
            _received = -1;
            _blips.Reset();
            SetPanel(true);
            _speakerText.Set(started?.Speaker ?? "");
        }

        /// <summary>Shows what is to be seen by now.</summary>
        internal void Refresh(int visible, double nowMs)
        {
            if (_typed == null || (visible == _shown && _typed.Length == _received))
            {
                return;
            }

            _lineText.Show(_typed, visible, _typed.Length != _received);
            _shown = visible;
            _received = _typed.Length;
            if (_blipSource != null && _blip != null && _blips.Advance(_typed, visible, nowMs, _blipIntervalMs))
            {
                _blipSource.PlayOneShot(_blip);
            }
        }

        internal void ShowCaption(string text)
        {
            Find();
            _captionText.Set(text);
        }

        internal void End()
        {
            Find();
            _typed = null;
            _speakerText.Set("");
            _lineText.Set("");
            _captionText.Set("");
            SetPanel(false);
        }

        private void Find()
        {
            if (!_found)
            {
                _found = true;
                _speakerText = TextTarget.On(_speaker, "Speaker", this);
                _lineText = TextTarget.On(_line, "Line", this);
                _captionText = TextTarget.On(_caption, "Caption", this);
            }
        }

        private void SetPanel(bool shown)
        {
            if (_panel != null && _panel.activeSelf != shown)
            {
                _panel.SetActive(shown);
            }
        }
    }
}
