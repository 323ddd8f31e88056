using System;
using System.Collections.Generic;
using System.Linq;

namespace UnityEngine
{
    public class Object
    {
        public Object() => Engine.Born(this);

        public string name { get; set; } = "";

        public HideFlags hideFlags { get; set; }

        internal bool IsDestroyed { get; set; }

        public static implicit operator bool(Object exists) => exists != null;

        /// <summary>What is destroyed equals null.</summary>
        public static bool operator ==(Object x, Object y)
        {
            bool noX = x is null || x.IsDestroyed, noY = y is null || y.IsDestroyed;
            return noX || noY ? noX && noY : ReferenceEquals(x, y);
        }

        public static bool operator !=(Object x, Object y) => !(x == y);

        public override bool Equals(object other) => ReferenceEquals(this, other);

        public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);

        /// <summary>At the frame's end.</summary>
        public static void Destroy(Object obj) => Engine.Doom(obj);

        public static void DestroyImmediate(Object obj) => Engine.DestroyNow(obj);

        public static void DestroyImmediate(Object obj, bool allowDestroyingAssets) => Engine.DestroyNow(obj);

        public static void DontDestroyOnLoad(Object target)
        {
            // There is one scene.
        }

        public static T FindAnyObjectByType<T>()
            where T : Object => Engine.All<T>().FirstOrDefault();

        /// <summary>Sources only: that is all that the package copies.</summary>
        public static T Instantiate<T>(T original, Transform parent)
            where T : Object
        {
            if (!(original is AudioSource source))
            {
                throw new NotSupportedException($"The double copies audio sources only, not {typeof(T)}.");
            }

            var holder = new GameObject(original.name);
            holder.transform.SetParent(parent, false);
            AudioSource copy = holder.AddComponent<AudioSource>();
            copy.volume = source.volume;
            return (T)(Object)copy;
        }
    }

    public class ScriptableObject : Object
    {
        public static T CreateInstance<T>()
            where T : ScriptableObject => (T)Activator.CreateInstance(typeof(T));
    }

    public class Component : Object
    {
        public GameObject gameObject { get; internal set; }

        public Transform transform => gameObject.transform;

        public bool CompareTag(string tag) => gameObject.CompareTag(tag);

        public T GetComponent<T>() => gameObject.GetComponent<T>();
    }

    public class Behaviour : Component
    {
        public bool enabled { get; set; } = true;

        public bool isActiveAndEnabled => enabled && gameObject.activeSelf;
    }

    public class MonoBehaviour : Behaviour
    {
    }

    public class Transform : Component
    {
        private Transform _parent;

        public Vector3 localPosition { get; set; }

        public Vector3 localScale { get; set; }

        internal List<Transform> Children { get; } = new List<Transform>();

        public void SetParent(Transform parent, bool worldPositionStays)
        {
            _parent?.Children.Remove(this);
            _parent = parent;
            parent?.Children.Add(this);
        }
    }

    public sealed class GameObject : Object
    {
        public GameObject(string name)
        {
            this.name = name;
            transform = new Transform { gameObject = this };
            Components.Add(transform);
        }

        public bool activeSelf { get; private set; } = true;

        public string tag { get; set; } = "Untagged";

        public Transform transform { get; }

        internal List<Component> Components { get; } = new List<Component>();

        public T AddComponent<T>()
            where T : Component
        {
            var made = (T)Activator.CreateInstance(typeof(T));
            made.gameObject = this;
            made.name = name;
            Components.Add(made);
            if (made is MonoBehaviour)
            {
                Engine.Send(made, "Awake");
                Engine.Send(made, "OnEnable");
            }

            return made;
        }

        public bool CompareTag(string other) => tag == other;

        public T GetComponent<T>() => Components.OfType<T>().FirstOrDefault();

        public T[] GetComponents<T>() => Components.OfType<T>().ToArray();

        public void SetActive(bool value)
        {
            bool awakes = value && !activeSelf;
            activeSelf = value;
            foreach (Component one in Components.ToArray())
            {
                if (awakes && one is MonoBehaviour)
                {
                    Engine.Send(one, "OnEnable");
                }
            }
        }
    }
}
