using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Threading;

namespace UnityEngine
{
    /// <summary>
    /// The doubles' player loop: messages to components, continuations, the end of destroyed objects, sound. One frame at a
    /// time, when the test says so.
    /// </summary>
    public static class Engine
    {
        private const BindingFlags Any = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

        private static readonly List<Object> Living = new List<Object>();
        private static readonly List<Object> Doomed = new List<Object>();
        private static MainThread _thread = new MainThread();

        /// <summary>Seconds since the start, as sound counts them.</summary>
        public static double NowS { get; private set; }

        /// <summary>Errors and exceptions that Unity's console would show.</summary>
        public static ConcurrentQueue<string> Errors { get; } = new ConcurrentQueue<string>();

        /// <summary>Warnings that Unity's console would show.</summary>
        public static ConcurrentQueue<string> Warnings { get; } = new ConcurrentQueue<string>();

        /// <summary>How many bytes of texture each frame uploads.</summary>
        public static List<int> UploadedBytes { get; } = new List<int>();

        /// <summary>Starts anew on the calling thread, which becomes the main thread.</summary>
        public static void Start()
        {
            foreach (Object one in Living.ToArray())
            {
                DestroyNow(one);
            }

            Living.Clear();
            Doomed.Clear();
            Errors.Clear();
            Warnings.Clear();
            UploadedBytes.Clear();
            Networking.UnityWebRequest.Running.Clear();
            NowS = 0;
            Time.timeScale = 1;
            Application.isPlaying = true;
            _thread = new MainThread();
            SynchronizationContext.SetSynchronizationContext(_thread);
        }

        /// <summary>What lives of a type.</summary>
        public static List<T> All<T>()
            where T : Object => Living.OfType<T>().ToList();

        /// <summary>Plays a frame.</summary>
        public static void Frame(double milliseconds)
        {
            NowS += milliseconds / 1000;
            Time.unscaledDeltaTime = (float)(milliseconds / 1000);
            Time.deltaTime = Time.unscaledDeltaTime * Time.timeScale;
            UploadedBytes.Add(0);
            foreach (Networking.UnityWebRequest request in Networking.UnityWebRequest.Running.ToArray())
            {
                request.Move();
            }

            foreach (AudioSource source in All<AudioSource>())
            {
                source.Move(NowS);
            }

            foreach (MonoBehaviour one in All<MonoBehaviour>().OrderBy(Order))
            {
                if (one != null && one.isActiveAndEnabled)
                {
                    Send(one, "Update");
                }
            }

            _thread.Run();
            // What goes may take others with it.
            for (int index = 0; index < Doomed.Count; index++)
            {
                DestroyNow(Doomed[index]);
            }

            Doomed.Clear();
        }

        /// <summary>Sends a component one of Unity's messages; an exception of it is logged, as Unity does.</summary>
        public static void Send(object target, string message, params object[] arguments)
        {
            MethodInfo method = target.GetType().GetMethod(message, Any);
            if (method == null)
            {
                return;
            }

            try
            {
                method.Invoke(target, arguments);
            }
            catch (TargetInvocationException error)
            {
                Errors.Enqueue(error.InnerException.ToString());
            }
        }

        internal static void Born(Object one) => Living.Add(one);

        internal static void Doom(Object one) => Doomed.Add(one);

        internal static void DestroyNow(Object one)
        {
            if (one is null || !Living.Remove(one))
            {
                return;
            }

            if (one is GameObject holder)
            {
                foreach (Transform child in holder.transform.Children.ToArray())
                {
                    DestroyNow(child.gameObject);
                }

                foreach (Component component in holder.Components.ToArray())
                {
                    DestroyNow(component);
                }

                holder.transform.SetParent(null, false);
            }

            if (one is MonoBehaviour behaviour)
            {
                Send(behaviour, "OnDestroy");
            }

            if (one is Component part)
            {
                part.gameObject.Components.Remove(part);
            }

            one.IsDestroyed = true;
        }

        private static int Order(MonoBehaviour one) => one.GetType().GetCustomAttribute<DefaultExecutionOrder>()?.Order ?? 0;

        /// <summary>Continuations wait for the frame's end.</summary>
        private sealed class MainThread : SynchronizationContext
        {
            private readonly ConcurrentQueue<(SendOrPostCallback Callback, object State)> _posted =
                new ConcurrentQueue<(SendOrPostCallback, object)>();

            public override void Post(SendOrPostCallback d, object state) => _posted.Enqueue((d, state));

            public override void Send(SendOrPostCallback d, object state) =>
                throw new NotSupportedException("Nothing may wait for the main thread.");

            public void Run()
            {
                // What these post waits for the next frame: Unity works the same.
                for (int left = _posted.Count; left > 0 && _posted.TryDequeue(out (SendOrPostCallback Callback, object State) next); left--)
                {
                    try
                    {
                        next.Callback(next.State);
                    }
                    catch (Exception error)
                    {
                        Errors.Enqueue(error.ToString());
                    }
                }
            }
        }
    }
}
