using System;
using System.Collections.Generic;
using UnityEditor;
using UnityEngine;

namespace Narrative
{
    /// <summary>Textures and clips of the draft on the desk, made when they are first drawn and destroyed with it.</summary>
    internal sealed class DeskPreviews : IDisposable
    {
        private readonly Dictionary<DraftMedium, UnityEngine.Object?> _made = new Dictionary<DraftMedium, UnityEngine.Object?>();
        private AudioSource? _source;

        /// <summary>The picture; null: it does not decode.</summary>
        public Texture2D? Texture(DraftMedium medium)
        {
            if (!_made.TryGetValue(medium, out UnityEngine.Object? made))
            {
                made = Make(medium);
                _made[medium] = made;
            }

            return made as Texture2D;
        }

        /// <summary>Plays a sound, without play mode.</summary>
        public void Play(DraftMedium medium)
        {
            if (!_made.TryGetValue(medium, out UnityEngine.Object? made))
            {
                made = Make(medium);
                _made[medium] = made;
            }

            if (made is AudioClip clip)
            {
                if (_source == null)
                {
                    GameObject holder = EditorUtility.CreateGameObjectWithHideFlags(
                        "Story Desk", HideFlags.HideAndDontSave, typeof(AudioSource));
                    _source = holder.GetComponent<AudioSource>();
                }

                _source.clip = clip;
                _source.Play();
            }
        }

        /// <inheritdoc/>
        public void Dispose()
        {
            foreach (UnityEngine.Object? made in _made.Values)
            {
                UnityMedia.Discard(made);
            }

            _made.Clear();
            if (_source != null)
            {
                UnityMedia.Discard(_source.gameObject);
                _source = null;
            }
        }

        private static UnityEngine.Object? Make(DraftMedium medium)
        {
            try
            {
                return medium.Decoded switch
                {
                    Pixels pixels => UnityMedia.Texture(pixels),
                    Wav wav => UnityMedia.Clip(medium.Key, wav, 0, wav.Frames),
                    _ => null,
                };
            }
            catch (FormatException error)
            {
                Debug.LogWarning($"{medium.Key}: {error.Message}");
                return null;
            }
        }
    }
}
