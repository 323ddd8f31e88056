// Signatures of what the package uses of UnityEngine, to compile against. Nothing here can be run.
using System;
using System.Collections.Generic;

namespace UnityEngine
{
    public class Object
    {
        public string name { get; set; }

        public HideFlags hideFlags { get; set; }

        public static implicit operator bool(Object exists) => throw null;

        public static bool operator ==(Object x, Object y) => throw null;

        public static bool operator !=(Object x, Object y) => throw null;

        public override bool Equals(object other) => throw null;

        public override int GetHashCode() => throw null;

        public static void Destroy(Object obj) => throw null;

        public static void DestroyImmediate(Object obj) => throw null;

        public static void DestroyImmediate(Object obj, bool allowDestroyingAssets) => throw null;

        public static void DontDestroyOnLoad(Object target) => throw null;

        public static T FindAnyObjectByType<T>() where T : Object => throw null;

        public static T Instantiate<T>(T original) where T : Object => throw null;

        public static T Instantiate<T>(T original, Transform parent) where T : Object => throw null;
    }

    public class ScriptableObject : Object
    {
        public static T CreateInstance<T>() where T : ScriptableObject => throw null;
    }

    public class Component : Object
    {
        public GameObject gameObject => throw null;

        public Transform transform => throw null;

        public bool CompareTag(string tag) => throw null;

        public T GetComponent<T>() => throw null;
    }

    public class Behaviour : Component
    {
        public bool enabled { get; set; }

        public bool isActiveAndEnabled => throw null;
    }

    public class MonoBehaviour : Behaviour
    {
#if UNITY_2022_2_OR_NEWER
        public System.Threading.CancellationToken destroyCancellationToken => throw null;
#endif
    }

    public class Transform : Component
    {
        public Vector3 position { get; set; }

        public Vector3 localPosition { get; set; }

        public Vector3 localScale { get; set; }

        public void SetParent(Transform parent, bool worldPositionStays) => throw null;
    }

    public class RectTransform : Transform
    {
        public Vector2 anchorMin { get; set; }

        public Vector2 anchorMax { get; set; }

        public Vector2 offsetMin { get; set; }

        public Vector2 offsetMax { get; set; }
    }

    public class GameObject : Object
    {
        public GameObject(string name) => throw null;

        public GameObject(string name, params Type[] components) => throw null;

        public bool activeSelf => throw null;

        public string tag { get; set; }

        public Transform transform => throw null;

        public T AddComponent<T>() where T : Component => throw null;

        public bool CompareTag(string tag) => throw null;

        public T GetComponent<T>() => throw null;

        public T[] GetComponents<T>() => throw null;

        public void SetActive(bool value) => throw null;
    }

    public class AsyncOperation
    {
        public event Action<AsyncOperation> completed;
    }

    public class Application
    {
        public static bool isPlaying => throw null;
    }

    public class Time
    {
        public static float deltaTime => throw null;

        public static float unscaledDeltaTime => throw null;

        public static double realtimeSinceStartupAsDouble => throw null;
    }

    public class Resources
    {
        public static T Load<T>(string path) where T : Object => throw null;

        public static T GetBuiltinResource<T>(string path) where T : Object => throw null;
    }

    public class Debug
    {
        public static void Log(object message) => throw null;

        public static void Log(object message, Object context) => throw null;

        public static void LogWarning(object message) => throw null;

        public static void LogWarning(object message, Object context) => throw null;

        public static void LogError(object message, Object context) => throw null;

        public static void LogException(Exception exception, Object context) => throw null;
    }

    public struct Mathf
    {
        public static float Clamp01(float value) => throw null;
    }

    public struct Vector2
    {
        public float x;
        public float y;

        public Vector2(float x, float y) => throw null;

        public static Vector2 zero => throw null;

        public static Vector2 one => throw null;
    }

    public struct Vector3
    {
        public float x;
        public float y;
        public float z;

        public Vector3(float x, float y, float z) => throw null;

        public static Vector3 zero => throw null;
    }

    public struct Rect
    {
        public Rect(float x, float y, float width, float height) => throw null;
    }

    public struct Color
    {
        public Color(float r, float g, float b) => throw null;

        public Color(float r, float g, float b, float a) => throw null;

        public static Color white => throw null;
    }

    [Flags]
    public enum HideFlags
    {
        None = 0,
        DontSave = 52,
        HideAndDontSave = 61,
    }

    public enum RuntimeInitializeLoadType
    {
        SubsystemRegistration = 4,
    }

    public class RuntimeInitializeOnLoadMethodAttribute : Attribute
    {
        public RuntimeInitializeOnLoadMethodAttribute(RuntimeInitializeLoadType loadType) => throw null;
    }

    public abstract class PropertyAttribute : Attribute
    {
    }

    public sealed class SerializeField : Attribute
    {
    }

    public class TooltipAttribute : PropertyAttribute
    {
        public TooltipAttribute(string tooltip) => throw null;
    }

    public sealed class RangeAttribute : PropertyAttribute
    {
        public RangeAttribute(float min, float max) => throw null;
    }

    public sealed class MinAttribute : PropertyAttribute
    {
        public MinAttribute(float min) => throw null;
    }

    public sealed class TextAreaAttribute : PropertyAttribute
    {
        public TextAreaAttribute(int minLines, int maxLines) => throw null;
    }

    public sealed class AddComponentMenu : Attribute
    {
        public AddComponentMenu(string menuName) => throw null;
    }

    public sealed class CreateAssetMenuAttribute : Attribute
    {
        public string menuName { get; set; }

        public string fileName { get; set; }
    }

    public sealed class DisallowMultipleComponent : Attribute
    {
    }

    public class DefaultExecutionOrder : Attribute
    {
        public DefaultExecutionOrder(int order) => throw null;
    }
}

namespace UnityEngine.Events
{
    public delegate void UnityAction();

    public delegate void UnityAction<T0>(T0 arg0);

    public abstract class UnityEventBase
    {
    }

    public class UnityEvent : UnityEventBase
    {
        public void AddListener(UnityAction call) => throw null;

        public void RemoveListener(UnityAction call) => throw null;

        public void Invoke() => throw null;
    }

    public class UnityEvent<T0> : UnityEventBase
    {
        public void AddListener(UnityAction<T0> call) => throw null;

        public void RemoveListener(UnityAction<T0> call) => throw null;

        public void Invoke(T0 arg0) => throw null;
    }
}
