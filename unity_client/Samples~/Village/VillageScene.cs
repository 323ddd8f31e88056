using UnityEngine;
using UnityEngine.UI;

namespace Narrative.Samples
{
    /// <summary>
    /// A village built by code: put this on an empty object in an empty scene and press Play. A wanderer walks along the
    /// street and raises a beat at each of three places.
    /// </summary>
    public sealed class VillageScene : MonoBehaviour
    {
        private const float StageWidthUnits = 16f;
        private const float StreetY = -4f;

        [SerializeField] private float _unitsPerSecond = 1f;

        private BeatPlayer? _player;
        private Rigidbody2D? _wanderer;

        private void Start()
        {
            BuildCamera();
            _player = BuildPlayer();
            _wanderer = BuildWanderer();
            BuildPlace(_player, -4f, "The player enters the village at dusk.", "village square, dusk", "Mira", "Shut the gate behind you.");
            BuildPlace(_player, 0f, "The player finds the well covered with planks.", "village well, dusk", "Odo", "Do not drink from it.");
            BuildPlace(_player, 4f, "A bell rings from the burning mill.", "burning mill, night", "Mira", "The mill! Run!");
        }

        private void FixedUpdate()
        {
            // Waits while somebody speaks, as a player would.
            if (_wanderer != null && _player != null && !_player.IsPlaying && _wanderer.position.x < StageWidthUnits / 2)
            {
                Vector2 here = _wanderer.position;
                _wanderer.MovePosition(new Vector2(here.x + (_unitsPerSecond * Time.deltaTime), here.y));
            }
        }

        private void OnGUI()
        {
            if (_player != null && _player.IsPlaying && GUI.Button(new Rect(Screen.width - 110, 10, 100, 30), "Go on"))
            {
                _player.Skip();
            }
        }

        private static void BuildCamera()
        {
            var eye = new GameObject("Camera", typeof(Camera), typeof(AudioListener));
            Camera camera = eye.GetComponent<Camera>();
            camera.orthographic = true;
            camera.orthographicSize = 5.5f;
            camera.clearFlags = CameraClearFlags.SolidColor;
            camera.backgroundColor = new Color(0.05f, 0.05f, 0.08f);
            eye.transform.position = new Vector3(0, 0, -10);
        }

        private static StoryAsset BuildStory()
        {
            StoryAsset story = ScriptableObject.CreateInstance<StoryAsset>();
            story.Title = "The mill";
            story.World = "A poor village below a mill. Somebody poisons the well.";
            story.Cast.Add(new CharacterEntry
            {
                Name = "Mira", Persona = "The miller's daughter, quick and afraid.", Look = "a young woman in a grey apron",
            });
            story.Cast.Add(new CharacterEntry
            {
                Name = "Odo", Persona = "An old watchman who trusts nobody.", Look = "an old man with a lantern",
            });
            return story;
        }

        private static BeatPlayer BuildPlayer()
        {
            var stage = new GameObject("Stage");
            BackgroundView background = stage.AddComponent<BackgroundView>();
            background.WidthUnits = StageWidthUnits;
            SpriteStage sprites = stage.AddComponent<SpriteStage>();
            sprites.WidthUnits = StageWidthUnits;
            BeatPlayer player = stage.AddComponent<BeatPlayer>();
            player.Story = BuildStory();
            player.Views.Background = background;
            player.Views.Stage = sprites;
            player.Views.Sounds = stage.AddComponent<SoundPlayer>();
            player.Views.Dialogue = SampleDialogue.Build();
            player.Events.Failed.AddListener(reason => Debug.LogWarning($"The beat failed: {reason}"));
            return player;
        }

        private static Rigidbody2D BuildWanderer()
        {
            var wanderer = new GameObject("Wanderer", typeof(Rigidbody2D), typeof(BoxCollider2D)) { tag = "Player" };
            wanderer.transform.position = new Vector3(-StageWidthUnits / 2, StreetY, 0);
            Rigidbody2D body = wanderer.GetComponent<Rigidbody2D>();
            body.bodyType = RigidbodyType2D.Kinematic;
            return body;
        }

        private static void BuildPlace(BeatPlayer player, float x, string what, string where, string speaker, string fallback)
        {
            var place = new GameObject(where);
            place.SetActive(false); // its components are filled in first
            place.transform.position = new Vector3(x, StreetY, 0);
            BoxCollider2D area = place.AddComponent<BoxCollider2D>();
            area.isTrigger = true;
            area.size = new Vector2(1, 2);
            StoryBeatTrigger trigger = place.AddComponent<StoryBeatTrigger>();
            trigger.Player = player;
            trigger.Beat.Event = what;
            trigger.Beat.Place = where;
            trigger.Beat.FallbackLines.Add(new FallbackEntry { Speaker = speaker, Text = fallback, Emotion = Emotion.Fear });
            place.SetActive(true);
        }
    }

    /// <summary>A dialogue box of uGUI, built by code.</summary>
    internal static class SampleDialogue
    {
        public static DialogueView Build()
        {
            var canvas = new GameObject("Canvas", typeof(Canvas), typeof(CanvasScaler));
            canvas.GetComponent<Canvas>().renderMode = RenderMode.ScreenSpaceOverlay;
            CanvasScaler scaler = canvas.GetComponent<CanvasScaler>();
            scaler.uiScaleMode = CanvasScaler.ScaleMode.ScaleWithScreenSize;
            scaler.referenceResolution = new Vector2(1280, 720);

            GameObject panel = Panel(canvas.transform);
            GameObject speaker = Label(panel.transform, "Speaker", 0.65f, 0.95f, 28);
            GameObject line = Label(panel.transform, "Line", 0.05f, 0.6f, 24);
            DialogueView view = canvas.AddComponent<DialogueView>();
            view.Panel = panel;
            view.SetTexts(speaker, line);
            panel.SetActive(false);
            return view;
        }

        private static GameObject Panel(Transform parent)
        {
            var panel = new GameObject("Panel", typeof(RectTransform), typeof(Image));
            panel.transform.SetParent(parent, false);
            panel.GetComponent<Image>().color = new Color(0, 0, 0, 0.75f);
            Stretch(panel.GetComponent<RectTransform>(), new Vector2(0.05f, 0.03f), new Vector2(0.95f, 0.27f));
            return panel;
        }

        private static GameObject Label(Transform parent, string name, float bottom, float top, int size)
        {
            var label = new GameObject(name, typeof(RectTransform), typeof(Text));
            label.transform.SetParent(parent, false);
            Text text = label.GetComponent<Text>();
#if UNITY_2022_2_OR_NEWER
            text.font = Resources.GetBuiltinResource<Font>("LegacyRuntime.ttf");
#else
            text.font = Resources.GetBuiltinResource<Font>("Arial.ttf");
#endif
            text.fontSize = size;
            text.alignment = TextAnchor.UpperLeft;
            text.color = Color.white;
            Stretch(text.rectTransform, new Vector2(0.03f, bottom), new Vector2(0.97f, top));
            return label;
        }

        private static void Stretch(RectTransform place, Vector2 min, Vector2 max)
        {
            place.anchorMin = min;
            place.anchorMax = max;
            place.offsetMin = Vector2.zero;
            place.offsetMax = Vector2.zero;
        }
    }
}
