using UnityEditor;

namespace Narrative
{
    /// <summary>A baked beat's inspector: what is said, and what is missing.</summary>
    [CustomEditor(typeof(StoryBeatAsset))]
    internal sealed class StoryBeatAssetEditor : Editor
    {
        /// <inheritdoc/>
        public override void OnInspectorGUI()
        {
            var asset = (StoryBeatAsset)serializedObject.targetObject;
            EditorGUILayout.LabelField(asset.Event, EditorStyles.wordWrappedLabel);
            EditorGUILayout.LabelField("Place", asset.Place);
            EditorGUILayout.LabelField("Length", $"{asset.LineCount} lines, {asset.DurationMs / 1000f:0.0} s");
            foreach (BakedLine line in asset.Beat.Lines)
            {
                EditorGUILayout.LabelField($"{line.Speaker} ({line.Emotion})", EditorStyles.boldLabel);
                EditorGUILayout.LabelField(line.Text, EditorStyles.wordWrappedLabel);
            }

            foreach (string problem in asset.Problems())
            {
                EditorGUILayout.HelpBox(problem, MessageType.Warning);
            }
        }
    }
}
