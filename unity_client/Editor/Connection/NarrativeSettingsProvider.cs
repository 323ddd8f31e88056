using System.Collections.Generic;
using UnityEditor;
using UnityEngine;

namespace Narrative
{
    /// <summary>Project Settings > Narrative: the settings, and a try of the connection.</summary>
    internal static class NarrativeSettingsProvider
    {
        private const string Folder = "Assets/Resources";
        private const string Path = Folder + "/" + NarrativeSettings.ResourceName + ".asset";

        [SettingsProvider]
        private static SettingsProvider Create()
        {
            SerializedObject? settings = null;
            return new SettingsProvider("Project/Narrative", SettingsScope.Project, new List<string> { "narrative", "story", "grpc" })
            {
                label = "Narrative",
                activateHandler = (search, root) => settings = new SerializedObject(LoadOrCreate()),
                guiHandler = search => Draw(settings),
                deactivateHandler = () => settings?.Dispose(),
            };
        }

        private static NarrativeSettings LoadOrCreate()
        {
            NarrativeSettings? found = Resources.Load<NarrativeSettings>(NarrativeSettings.ResourceName);
            if (found != null)
            {
                return found;
            }

            if (!AssetDatabase.IsValidFolder(Folder))
            {
                AssetDatabase.CreateFolder("Assets", "Resources");
            }

            NarrativeSettings made = ScriptableObject.CreateInstance<NarrativeSettings>();
            AssetDatabase.CreateAsset(made, Path);
            AssetDatabase.SaveAssets();
            return made;
        }

        private static void Draw(SerializedObject? settings)
        {
            if (settings == null || settings.targetObject == null)
            {
                return; // the asset was deleted while the page was open
            }

            settings.Update();
            SerializedProperty property = settings.GetIterator();
            property.NextVisible(true); // the script itself
            while (property.NextVisible(false))
            {
                EditorGUILayout.PropertyField(property, true);
            }

            if (settings.ApplyModifiedProperties())
            {
                EditorConnection.Shared.Close(); // the next use takes the new values
            }

            EditorGUILayout.Space();
            ConnectionBar.Draw(EditorConnection.Shared);
        }
    }
}
