using UnityEditor;
using UnityEngine;

namespace Narrative
{
    /// <summary>
    /// Window > Narrative > Story Desk: writes beats without play mode. A form asks for one, it streams in, lines are locked,
    /// edited and made again, and the result is rated and baked.
    /// </summary>
    internal sealed class StoryDeskWindow : EditorWindow
    {
        private const string Folder = "Assets";

        [SerializeField] private StoryDeskPreset? _preset;

        private StoryDeskPreset? _form;
        private SerializedObject? _fields;
        private DeskRun _run = new DeskRun();
        private DeskPreviews _previews = new DeskPreviews();
        private BeatDraft? _previewed;
        private Vector2 _scroll;

        [MenuItem("Window/Narrative/Story Desk")]
        private static void Open()
        {
            StoryDeskWindow window = GetWindow<StoryDeskWindow>("Story Desk");
            window.minSize = new Vector2(420, 360);
        }

        private void OnEnable()
        {
            EditorApplication.update += Pump;
            EditorConnection.Shared.Changed += Repaint;
            Use(_preset);
        }

        private void OnDisable()
        {
            EditorApplication.update -= Pump;
            EditorConnection.Shared.Changed -= Repaint;
            _run.Cancel();
            _previews.Dispose();
            _fields?.Dispose();
            UnityMedia.Discard(_form);
        }

        /// <summary>Fills the form; a preset is copied, so that it changes only when it is saved.</summary>
        private void Use(StoryDeskPreset? preset)
        {
            _fields?.Dispose();
            UnityMedia.Discard(_form);
            _form = preset != null ? Instantiate(preset) : CreateInstance<StoryDeskPreset>();
            _form.hideFlags = HideFlags.DontSave;
            _fields = new SerializedObject(_form);
            _preset = preset;
        }

        private void Pump()
        {
            if (_run.Pump())
            {
                Repaint();
            }
        }

        private void OnGUI()
        {
            if (_form == null || _fields == null)
            {
                return;
            }

            ConnectionBar.Draw(EditorConnection.Shared);
            _scroll = EditorGUILayout.BeginScrollView(_scroll);
            DrawForm(_fields);
            DrawButtons(_form);
            Say(_run.Error, MessageType.Error);
            Say(_run.Note, MessageType.Info);
            if (_run.Draft != null)
            {
                DrawDraft(_run.Draft, _form);
            }

            EditorGUILayout.EndScrollView();
        }

        private static void Say(string text, MessageType type)
        {
            if (text.Length > 0)
            {
                EditorGUILayout.HelpBox(text, type);
            }
        }

        private void DrawForm(SerializedObject fields)
        {
            EditorGUILayout.BeginHorizontal();
            var label = new GUIContent("Preset", "A saved form; picking one fills the form with it.");
            var picked = (StoryDeskPreset?)EditorGUILayout.ObjectField(label, _preset, typeof(StoryDeskPreset), false);
            if (picked != _preset)
            {
                Use(picked);
            }
            else if (GUILayout.Button("Save preset...", GUILayout.Width(110)))
            {
                SavePreset();
            }

            EditorGUILayout.EndHorizontal();
            fields.Update();
            foreach (string name in new[] { "_story", "_beat", "_seed" })
            {
                EditorGUILayout.PropertyField(fields.FindProperty(name), true);
            }

            fields.ApplyModifiedProperties();
        }

        private void SavePreset()
        {
            string path = EditorUtility.SaveFilePanelInProject("Save preset", "StoryDeskPreset", "asset", "Where to keep the form.");
            if (path.Length > 0)
            {
                StoryDeskPreset saved = Instantiate(_form!);
                saved.hideFlags = HideFlags.None;
                AssetDatabase.CreateAsset(saved, path);
                AssetDatabase.SaveAssets();
                _preset = saved;
            }
        }

        private void DrawButtons(StoryDeskPreset form)
        {
            EditorGUILayout.BeginHorizontal();
            using (new EditorGUI.DisabledScope(_run.Running || form.Beat.Event.Trim().Length == 0))
            {
                if (GUILayout.Button("Play beat"))
                {
                    _run.Play(form);
                }
            }

            using (new EditorGUI.DisabledScope(!_run.Running))
            {
                if (GUILayout.Button("Stop"))
                {
                    _run.Cancel();
                }
            }

            if (GUILayout.Button(new GUIContent("New session", "The next beat begins a new story, with nothing remembered.")))
            {
                _run.StartNewSession();
            }

            EditorGUILayout.EndHorizontal();
        }

        private void DrawDraft(BeatDraft draft, StoryDeskPreset form)
        {
            if (_previewed != draft)
            {
                _previews.Dispose();
                _previewed = draft;
            }

            EditorGUILayout.Space();
            DeskDraftView.Draw(draft, _previews, !_run.Running && draft.Stored, (score, line) => _ = _run.RateAsync(score, line));
            EditorGUILayout.BeginHorizontal();
            using (new EditorGUI.DisabledScope(_run.Running || !draft.Stored))
            {
                if (GUILayout.Button(new GUIContent("Regenerate", "Makes everything again that is neither locked nor edited.")))
                {
                    _run.Revise(keepRest: false);
                }

                if (GUILayout.Button(new GUIContent("Apply edits", "Stores the edited lines and keeps everything else.")))
                {
                    _run.Revise(keepRest: true);
                }
            }

            using (new EditorGUI.DisabledScope(_run.Running || draft.Finished == null))
            {
                if (GUILayout.Button(new GUIContent("Bake...", "Writes the beat as an asset that plays without a server.")))
                {
                    Bake(draft, form);
                }
            }

            EditorGUILayout.EndHorizontal();
        }

        private static void Bake(BeatDraft draft, StoryDeskPreset form)
        {
            string path = EditorUtility.SaveFilePanelInProject(
                "Bake beat", AssetName.Of(form.Beat.Event), "asset", "The asset plays without a server.", Folder);
            if (path.Length > 0)
            {
                Selection.activeObject = BeatBaker.Bake(draft, form.Beat, path);
            }
        }
    }
}
