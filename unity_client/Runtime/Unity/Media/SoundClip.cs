using System;
using UnityEngine;

namespace Narrative
{
    /// <summary>
    /// A sound to play: once, or with a loop. Unity's sources loop whole clips only, so that a loop with something before it
    /// is two clips, of which the second follows the first to the sample.
    /// </summary>
    internal sealed class SoundClip : IDisposable
    {
        private readonly bool _owned;

        private SoundClip(AudioClip? intro, AudioClip? loop, bool owned)
        {
            Intro = intro;
            Loop = loop;
            _owned = owned;
        }

        /// <summary>Played once, first; null: the loop begins at once.</summary>
        public AudioClip? Intro { get; }

        /// <summary>Repeated until it is stopped; null: none.</summary>
        public AudioClip? Loop { get; }

        /// <summary>Makes clips of samples; they are destroyed with this.</summary>
        public static SoundClip Of(string name, Wav wav)
        {
            if (!wav.Loops)
            {
                return new SoundClip(UnityMedia.Clip(name, wav, 0, wav.Frames), null, true);
            }

            AudioClip? intro = wav.LoopStart > 0 ? UnityMedia.Clip(name, wav, 0, wav.LoopStart) : null;
            return new SoundClip(intro, UnityMedia.Clip(name + " loop", wav, wav.LoopStart, wav.LoopEnd), true);
        }

        /// <summary>An asset of the project, which is left alone.</summary>
        /// <param name="clip">The whole sound.</param>
        /// <param name="loops">Whether all of it repeats.</param>
        public static SoundClip Of(AudioClip clip, bool loops) =>
            loops ? new SoundClip(null, clip, false) : new SoundClip(clip, null, false);

        /// <inheritdoc/>
        public void Dispose()
        {
            if (_owned)
            {
                UnityMedia.Discard(Intro);
                UnityMedia.Discard(Loop);
            }
        }
    }
}
