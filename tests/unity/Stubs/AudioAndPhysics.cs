// Signatures of what the package uses of Unity's audio and physics, to compile against. Nothing here can be run.
namespace UnityEngine
{
    public sealed class AudioClip : Object
    {
        public int samples => throw null;

        public int frequency => throw null;

        public static AudioClip Create(string name, int lengthSamples, int channels, int frequency, bool stream) => throw null;

        public bool SetData(float[] data, int offsetSamples) => throw null;
    }

    public class AudioBehaviour : Behaviour
    {
    }

    public sealed class AudioListener : AudioBehaviour
    {
    }

    public sealed class AudioSettings
    {
        public static double dspTime => throw null;
    }

    public sealed class AudioSource : AudioBehaviour
    {
        public AudioClip clip { get; set; }

        public bool isPlaying => throw null;

        public bool loop { get; set; }

        public bool playOnAwake { get; set; }

        public float volume { get; set; }

        public void Play() => throw null;

        public void PlayOneShot(AudioClip clip) => throw null;

        public void PlayScheduled(double time) => throw null;

        public void Pause() => throw null;

        public void UnPause() => throw null;

        public void Stop() => throw null;
    }

    public class Collider : Component
    {
    }

    public class Collision
    {
        public GameObject gameObject => throw null;
    }

    public class Collider2D : Behaviour
    {
        public bool isTrigger { get; set; }
    }

    public class Collision2D
    {
        public GameObject gameObject => throw null;
    }

    public sealed class BoxCollider2D : Collider2D
    {
        public Vector2 size { get; set; }
    }

    public enum RigidbodyType2D
    {
        Kinematic = 1,
    }

    public sealed class Rigidbody2D : Component
    {
        public Vector2 position { get; set; }

        public RigidbodyType2D bodyType { get; set; }

        public void MovePosition(Vector2 position) => throw null;
    }
}
