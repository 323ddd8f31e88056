using UnityEditor;
using UnityEngine;

namespace Narrative
{
    /// <summary>The trigger's inspector: only what counts, warnings about what cannot work, and a button to fire it.</summary>
    [CustomEditor(typeof(StoryBeatTrigger))]
    [CanEditMultipleObjects]
    internal sealed class StoryBeatTriggerEditor : Editor
    {
        /// <inheritdoc/>
        public override void OnInspectorGUI()
        {
            serializedObject.Update();
            var trigger = (StoryBeatTrigger)serializedObject.targetObject;
            bool baked = trigger.Baked != null;
            bool once = serializedObject.FindProperty("_once").boolValue;
            SerializedProperty property = serializedObject.GetIterator();
            property.NextVisible(true); // the script itself
            while (property.NextVisible(false))
            {
                bool counts = property.name switch
                {
                    "_beat" => !baked,
                    "_cooldownS" => !once,
                    _ => true,
                };
                if (counts)
                {
                    EditorGUILayout.PropertyField(property, true);
                }
            }

            serializedObject.ApplyModifiedProperties();
            Warn(trigger);
            using (new EditorGUI.DisabledScope(!Application.isPlaying))
            {
                if (GUILayout.Button(new GUIContent("Fire", "Raises the beat now; in play mode.")))
                {
                    trigger.Fire();
                }
            }
        }

        private static void Warn(StoryBeatTrigger trigger)
        {
            bool collides = trigger.Moment == TriggerMoment.TriggerEnter || trigger.Moment == TriggerMoment.CollisionEnter;
            if (collides && trigger.GetComponent<Collider>() == null && trigger.GetComponent<Collider2D>() == null)
            {
                EditorGUILayout.HelpBox("There is no collider here, so that nothing can enter it.", MessageType.Warning);
            }

            if (trigger.Baked == null && trigger.Beat.Event.Trim().Length == 0)
            {
                EditorGUILayout.HelpBox("Event is empty: say in one sentence what the player did or saw.", MessageType.Warning);
            }
        }
    }
}
