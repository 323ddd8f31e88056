using UnityEditor;
using UnityEngine;

namespace Narrative
{
    /// <summary>The player's inspector: its fields, what plays now, and buttons to go on and to stop.</summary>
    [CustomEditor(typeof(BeatPlayer))]
    internal sealed class BeatPlayerEditor : Editor
    {
        /// <inheritdoc/>
        public override bool RequiresConstantRepaint() => Application.isPlaying;

        /// <inheritdoc/>
        public override void OnInspectorGUI()
        {
            DrawDefaultInspector();
            var player = (BeatPlayer)serializedObject.targetObject;
            if (player.Story == null)
            {
                EditorGUILayout.HelpBox("Story is empty: beats of the server have no world and no cast.", MessageType.Warning);
            }

            if (!Application.isPlaying)
            {
                return;
            }

            EditorGUILayout.LabelField("Session", player.SessionId.Length > 0 ? player.SessionId : "none yet");
            EditorGUILayout.LabelField("Plays", player.IsPlaying ? $"a beat; {player.Waiting} wait" : "nothing");
            using (new EditorGUI.DisabledScope(!player.IsPlaying))
            {
                if (GUILayout.Button("Skip"))
                {
                    player.Skip();
                }

                if (GUILayout.Button("Stop"))
                {
                    player.Stop();
                }
            }
        }
    }
}
