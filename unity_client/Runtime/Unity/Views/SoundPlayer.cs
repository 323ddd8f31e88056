using System.Collections.Generic;
using UnityEngine;

namespace Narrative
{
    /// <summary>Plays a beat's sounds on sources of its own; loops go on until the next beat begins.</summary>
    [AddComponentMenu("Narrative/Sound Player")]
    public sealed class SoundPlayer : MonoBehaviour
    {
        /// <summary>Seconds from now at which a looped sound begins, so that its two clips can be joined.</summary>
        private const double LeadS = 0.05;

        [Tooltip("Copied for each voice: volume, mixer group, 3D settings. Empty: a plain 2D source.")]
        [SerializeField] private AudioSource? _template;

        [Tooltip("So many sounds play at once; a further one ends the oldest.")]
        [Range(1, 32)]
        [SerializeField] private int _voices = 8;

        [Tooltip("Volume of all sounds, 0 to 1.")]
        [Range(0f, 1f)]
        [SerializeField] private float _volume = 1f;

        private readonly List<Voice> _playing = new List<Voice>();

        /// <summary>Volume of all sounds, 0 to 1; holds from the next sound on.</summary>
        public float Volume { get => _volume; set => _volume = Mathf.Clamp01(value); }

        /// <summary>Ends all sounds.</summary>
        public void StopAll()
        {
            foreach (Voice voice in _playing)
            {
                voice.Stop();
            }

            _playing.Clear();
        }

        /// <summary>Stands still with the game.</summary>
        internal void SetPaused(bool paused)
        {
            foreach (Voice voice in _playing)
            {
                voice.SetPaused(paused);
            }
        }

        /// <summary>Plays a sound; its clips go when it ends.</summary>
        internal void Play(SoundClip clip)
        {
            while (_playing.Count >= _voices)
            {
                _playing[0].Stop();
                _playing.RemoveAt(0);
            }

            AudioSource? intro = clip.Intro != null ? Source(clip.Intro, false) : null;
            AudioSource? loop = clip.Loop != null ? Source(clip.Loop, true) : null;
            if (intro != null && loop != null && clip.Intro != null)
            {
                double start = AudioSettings.dspTime + LeadS;
                intro.PlayScheduled(start);
                loop.PlayScheduled(start + ((double)clip.Intro.samples / clip.Intro.frequency));
            }
            else
            {
                intro?.Play();
                loop?.Play();
            }

            _playing.Add(new Voice(clip, intro, loop));
        }

        private AudioSource Source(AudioClip clip, bool loops)
        {
            AudioSource source;
            if (_template != null)
            {
                source = Instantiate(_template, transform);
            }
            else
            {
                var holder = new GameObject(clip.name);
                holder.transform.SetParent(transform, false);
                source = holder.AddComponent<AudioSource>();
            }

            source.playOnAwake = false;
            source.clip = clip;
            source.loop = loops;
            source.volume *= _volume;
            return source;
        }

        private void Update()
        {
            for (int index = _playing.Count - 1; index >= 0; index--)
            {
                if (_playing[index].IsOver)
                {
                    _playing[index].Stop();
                    _playing.RemoveAt(index);
                }
            }
        }

        private void OnDestroy() => StopAll();

        private sealed class Voice
        {
            private readonly SoundClip _clip;
            private readonly AudioSource? _intro;
            private readonly AudioSource? _loop;
            private bool _paused;

            public Voice(SoundClip clip, AudioSource? intro, AudioSource? loop)
            {
                _clip = clip;
                _intro = intro;
                _loop = loop;
            }

            public bool IsOver => !_paused && _loop == null && (_intro == null || !_intro.isPlaying);

            public void SetPaused(bool paused)
            {
                _paused = paused;
                Pause(_intro, paused);
                Pause(_loop, paused);
            }

            public void Stop()
            {
                End(_intro);
                End(_loop);
                _clip.Dispose();
            }

            private static void Pause(AudioSource? source, bool paused)
            {
                if (source != null && paused)
                {
                    source.Pause();
                }
                else if (source != null)
                {
                    source.UnPause();
                }
            }

            private static void End(AudioSource? source)
            {
                if (source != null)
                {
                    source.Stop();
                    UnityMedia.Discard(source.gameObject);
                }
            }
        }
    }
}
