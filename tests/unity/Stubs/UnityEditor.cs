// Signatures of what the package uses of UnityEditor, to compile against. Nothing here can be run.
using System;
using System.Collections.Generic;
using UnityEngine;

namespace UnityEngine
{
    public class GUIContent
    {
        public GUIContent(string text) => throw null;

        public GUIContent(string text, string tooltip) => throw null;
    }

    public sealed class GUIStyle
    {
    }

    public sealed class GUILayoutOption
    {
    }

    public class GUI
    {
        public static bool Button(Rect position, string text) => throw null;

        public static void DrawTexture(Rect position, Texture image, ScaleMode scaleMode, bool alphaBlend) => throw null;
    }

    public class GUILayout
    {
        public static bool Button(GUIContent content, params GUILayoutOption[] options) => throw null;

        public static bool Button(string text, params GUILayoutOption[] options) => throw null;

        public static void FlexibleSpace() => throw null;

        public static void Label(string text, GUIStyle style, params GUILayoutOption[] options) => throw null;

        public static bool Toggle(bool value, GUIContent content, params GUILayoutOption[] options) => throw null;

        public static GUILayoutOption Width(float width) => throw null;
    }

    public class GUILayoutUtility
    {
        public static Rect GetRect(float width, float height) => throw null;
    }
}

namespace UnityEngine.UIElements
{
    public class VisualElement
    {
    }
}

namespace UnityEditor
{
    public enum MessageType
    {
        Info = 1,
        Warning = 2,
        Error = 3,
    }

    public enum SettingsScope
    {
        Project = 1,
    }

    public enum PlayModeStateChange
    {
        ExitingPlayMode = 3,
    }

    public sealed class MenuItem : Attribute
    {
        public MenuItem(string itemName) => throw null;
    }

    public class CustomEditor : Attribute
    {
        public CustomEditor(Type inspectedType) => throw null;
    }

    public sealed class CanEditMultipleObjects : Attribute
    {
    }

    public class InitializeOnLoadMethodAttribute : Attribute
    {
    }

    public sealed class SettingsProviderAttribute : Attribute
    {
    }

    public class SettingsProvider
    {
        public SettingsProvider(string path, SettingsScope scopes, IEnumerable<string> keywords) => throw null;

        public string label { get; set; }

        public Action<string, UnityEngine.UIElements.VisualElement> activateHandler { get; set; }

        public Action<string> guiHandler { get; set; }

        public Action deactivateHandler { get; set; }
    }

    public class AssemblyReloadEvents
    {
        public delegate void AssemblyReloadCallback();

        public static event AssemblyReloadCallback beforeAssemblyReload;
    }

    public class EditorApplication
    {
        public delegate void CallbackFunction();

        public static CallbackFunction update;

        public static event Action<PlayModeStateChange> playModeStateChanged;

        public static event Action quitting;

        public static double timeSinceStartup => throw null;
    }

    public class AssetDatabase
    {
        public static void AddObjectToAsset(UnityEngine.Object objectToAdd, UnityEngine.Object assetObject) => throw null;

        public static void CreateAsset(UnityEngine.Object asset, string path) => throw null;

        public static string CreateFolder(string parentFolder, string newFolderName) => throw null;

        public static bool DeleteAsset(string path) => throw null;

        public static void ImportAsset(string path) => throw null;

        public static bool IsValidFolder(string path) => throw null;

        public static UnityEngine.Object[] LoadAllAssetsAtPath(string assetPath) => throw null;

        public static T LoadAssetAtPath<T>(string assetPath) where T : UnityEngine.Object => throw null;

        public static void RemoveObjectFromAsset(UnityEngine.Object objectToRemove) => throw null;

        public static void SaveAssets() => throw null;
    }

    public class EditorUtility
    {
        public static GameObject CreateGameObjectWithHideFlags(string name, HideFlags flags, params Type[] components) => throw null;

        public static string SaveFilePanelInProject(string title, string defaultName, string extension, string message) => throw null;

        public static string SaveFilePanelInProject(
            string title, string defaultName, string extension, string message, string path) => throw null;

        public static void SetDirty(UnityEngine.Object target) => throw null;
    }

    public sealed class Selection
    {
        public static UnityEngine.Object activeObject { get; set; }
    }

    public class SerializedObject : IDisposable
    {
        public SerializedObject(UnityEngine.Object obj) => throw null;

        public UnityEngine.Object targetObject => throw null;

        public bool ApplyModifiedProperties() => throw null;

        public void Dispose() => throw null;

        public SerializedProperty FindProperty(string propertyPath) => throw null;

        public SerializedProperty GetIterator() => throw null;

        public void Update() => throw null;
    }

    public class SerializedProperty
    {
        public bool boolValue { get; set; }

        public string name => throw null;

        public bool NextVisible(bool enterChildren) => throw null;
    }

    public class Editor : ScriptableObject
    {
        public SerializedObject serializedObject => throw null;

        public bool DrawDefaultInspector() => throw null;

        public virtual void OnInspectorGUI() => throw null;

        public virtual bool RequiresConstantRepaint() => throw null;
    }

    public class EditorWindow : ScriptableObject
    {
        public Vector2 minSize { get; set; }

        public static T GetWindow<T>(string title) where T : EditorWindow => throw null;

        public void Repaint() => throw null;
    }

    public sealed class EditorStyles
    {
        public static GUIStyle boldLabel => throw null;

        public static GUIStyle miniLabel => throw null;

        public static GUIStyle wordWrappedLabel => throw null;
    }

    public sealed class EditorGUI
    {
        public struct DisabledScope : IDisposable
        {
            public DisabledScope(bool disabled) => throw null;

            public void Dispose() => throw null;
        }
    }

    public sealed class EditorGUILayout
    {
        public static Rect BeginHorizontal(params GUILayoutOption[] options) => throw null;

        public static Vector2 BeginScrollView(Vector2 scrollPosition, params GUILayoutOption[] options) => throw null;

        public static void EndHorizontal() => throw null;

        public static void EndScrollView() => throw null;

        public static void HelpBox(string message, MessageType type) => throw null;

        public static void LabelField(GUIContent label, params GUILayoutOption[] options) => throw null;

        public static void LabelField(string label, GUIStyle style, params GUILayoutOption[] options) => throw null;

        public static void LabelField(string label, string label2, params GUILayoutOption[] options) => throw null;

        public static UnityEngine.Object ObjectField(
            GUIContent label, UnityEngine.Object obj, Type objType, bool allowSceneObjects, params GUILayoutOption[] options) =>
            throw null;

        public static bool PropertyField(SerializedProperty property, bool includeChildren, params GUILayoutOption[] options) =>
            throw null;

        public static void Space() => throw null;

        public static string TextArea(string text, params GUILayoutOption[] options) => throw null;
    }
}

namespace UnityEditor.Build
{
    public interface IOrderedCallback
    {
        int callbackOrder { get; }
    }

    public interface IUnityLinkerProcessor : IOrderedCallback
    {
        string GenerateAdditionalLinkXmlFile(Reporting.BuildReport report, UnityLinker.UnityLinkerBuildPipelineData data);
    }
}

namespace UnityEditor.Build.Reporting
{
    public sealed class BuildReport : UnityEngine.Object
    {
    }
}

namespace UnityEditor.UnityLinker
{
    public sealed class UnityLinkerBuildPipelineData
    {
    }
}
