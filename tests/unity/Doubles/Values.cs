using System;
using System.Collections.Generic;

namespace UnityEngine
{
    public enum FilterMode
    {
        Point = 0,
    }

    public enum TextureWrapMode
    {
        Clamp = 1,
    }

    public enum TextureFormat
    {
        RGBA32 = 4,
    }

    public enum SpriteMeshType
    {
        FullRect = 0,
    }

    public enum HideFlags
    {
        None = 0,
    }

    public enum RuntimeInitializeLoadType
    {
        SubsystemRegistration = 4,
    }

    public static class Application
    {
        public static bool isPlaying { get; internal set; } = true;
    }

    public static class Time
    {
        public static float deltaTime { get; internal set; }

        public static float unscaledDeltaTime { get; internal set; }

        public static float timeScale { get; set; } = 1;

        public static double realtimeSinceStartupAsDouble => Engine.NowS;
    }

    public static class Resources
    {
        /// <summary>There are none.</summary>
        public static T Load<T>(string path)
            where T : Object => null;
    }

    public static class Debug
    {
        public static void Log(object message)
        {
            // The console shows it; no test reads it.
        }

        public static void LogWarning(object message) => Engine.Warnings.Enqueue(message.ToString());

        public static void LogWarning(object message, Object context) => LogWarning(message);

        public static void LogError(object message, Object context) => Engine.Errors.Enqueue(message.ToString());

        public static void LogException(Exception exception, Object context) => Engine.Errors.Enqueue(exception.ToString());
    }

    public static class Mathf
    {
        public static float Clamp01(float value) => Math.Clamp(value, 0, 1);
    }

    public struct Vector2
    {
        public float x;
        public float y;

        public Vector2(float x, float y) => (this.x, this.y) = (x, y);
    }

    public struct Vector3
    {
        public float x;
        public float y;
        public float z;

        public Vector3(float x, float y, float z) => (this.x, this.y, this.z) = (x, y, z);
    }

    public struct Rect
    {
        public Rect(float x, float y, float width, float height)
        {
            // Only whole textures are cut.
        }
    }

    public struct Color
    {
        public float a;

        public Color(float r, float g, float b, float a) => this.a = a;
    }

    public class Collider : Component
    {
    }

    public class Collider2D : Behaviour
    {
    }

    public class Collision
    {
        public GameObject gameObject { get; set; }
    }

    public class Collision2D
    {
        public GameObject gameObject { get; set; }
    }

    public class RuntimeInitializeOnLoadMethodAttribute : Attribute
    {
        public RuntimeInitializeOnLoadMethodAttribute(RuntimeInitializeLoadType loadType)
        {
        }
    }

    public sealed class SerializeField : Attribute
    {
    }

    public class TooltipAttribute : Attribute
    {
        public TooltipAttribute(string tooltip)
        {
        }
    }

    public sealed class RangeAttribute : Attribute
    {
        public RangeAttribute(float min, float max)
        {
        }
    }

    public sealed class MinAttribute : Attribute
    {
        public MinAttribute(float min)
        {
        }
    }

    public sealed class TextAreaAttribute : Attribute
    {
        public TextAreaAttribute(int minLines, int maxLines)
        {
        }
    }

    public sealed class AddComponentMenu : Attribute
    {
        public AddComponentMenu(string menuName)
        {
        }
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
        public DefaultExecutionOrder(int order) => Order = order;

        internal int Order { get; }
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
        private readonly List<UnityAction> _listeners = new List<UnityAction>();

        public void AddListener(UnityAction call) => _listeners.Add(call);

        public void RemoveListener(UnityAction call) => _listeners.Remove(call);

        public void Invoke() => _listeners.ToArray().ForEach(call => call());
    }

    public class UnityEvent<T0> : UnityEventBase
    {
        private readonly List<UnityAction<T0>> _listeners = new List<UnityAction<T0>>();

        public void AddListener(UnityAction<T0> call) => _listeners.Add(call);

        public void RemoveListener(UnityAction<T0> call) => _listeners.Remove(call);

        public void Invoke(T0 arg0) => _listeners.ToArray().ForEach(call => call(arg0));
    }

    internal static class Each
    {
        public static void ForEach<T>(this T[] items, Action<T> action) => Array.ForEach(items, action);
    }
}
