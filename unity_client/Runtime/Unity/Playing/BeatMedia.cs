using System;
using System.Collections.Generic;
using UnityEngine;

namespace Narrative
{
    /// <summary>
    /// The pictures and sounds of a beat that plays: uploads them within a budget a frame, and shows each once it is there and
    /// its cue has come. Main thread only.
    /// </summary>
    internal sealed class BeatMedia
    {
        private readonly StoryBeatAsset? _baked;
        private readonly BeatViews _views;
        private readonly BeatEvents _events;
        private readonly UploadQueue _uploads = new UploadQueue();
        private readonly MediaGate<Action> _pictures = new MediaGate<Action>();
        private readonly MediaGate<SoundClip> _sounds = new MediaGate<SoundClip>();
        private readonly List<UnityEngine.Object> _unshown = new List<UnityEngine.Object>();

        public BeatMedia(StoryBeatAsset? baked, BeatViews views, BeatEvents events, int uploadBytes)
        {
            _baked = baked;
            _views = views;
            _events = events;
            _uploads.BudgetBytes = uploadBytes;
        }

        /// <summary>Uploads that wait.</summary>
        public int Waiting => _uploads.Count;

        public void RunUploads() => _uploads.RunFrame();

        public void Take(in FedEvent fed)
        {
            switch (fed.Told.Kind)
            {
                case BeatEventKind.Background:
                    TakePicture(fed.Told.Background.Key, fed.Told.Background.Picture, "", true, fed.Medium as Pixels);
                    break;
                case BeatEventKind.Sprite:
                    SpriteReady sprite = fed.Told.Sprite;
                    TakePicture(sprite.Key, sprite.Picture, sprite.Character, false, fed.Medium as Pixels);
                    break;
                case BeatEventKind.Sound:
                    TakeSound(fed.Told.Sound.Key, fed.Medium as Wav);
                    break;
                case BeatEventKind.Staging:
                    if (_views.Stage != null)
                    {
                        _views.Stage.Arrange(fed.Told.Staging);
                    }

                    break;
            }
        }

        /// <summary>A cue of the timeline has come.</summary>
        public void Reach(Cue cue)
        {
            if (cue.Target == CueTarget.Sound)
            {
                Play(_sounds.Reach(cue.Key));
            }
            else
            {
                _pictures.Reach(cue.Key)?.Invoke();
            }
        }

        /// <summary>A sound's moment is past.</summary>
        public void DropSound(string key) => _sounds.Drop(key);

        /// <summary>Shows the pictures that no cue named; sounds without one are left out.</summary>
        public void ShowRest()
        {
            foreach (KeyValuePair<string, Action> rest in _pictures.TakeRest())
            {
                rest.Value();
            }
        }

        /// <summary>Forgets what was not shown.</summary>
        public void Clear()
        {
            _uploads.Clear();
            _pictures.Clear();
            foreach (KeyValuePair<string, SoundClip> rest in _sounds.TakeRest())
            {
                rest.Value.Dispose();
            }

            _sounds.Clear();
            foreach (UnityEngine.Object one in _unshown)
            {
                UnityMedia.Discard(one);
            }

            _unshown.Clear();
        }

        private void TakePicture(string key, Picture picture, string character, bool background, Pixels? pixels)
        {
            if (_baked != null)
            {
                Texture2D? texture = _baked.Texture(key);
                if (texture != null)
                {
                    Provide(key, picture, character, background, texture, false);
                }
            }
            else if (pixels != null)
            {
                _uploads.Add(pixels.TextureBytes, () => Upload(key, character, background, pixels));
            }
        }

        private void Upload(string key, string character, bool background, Pixels pixels)
        {
            try
            {
                Texture2D texture = UnityMedia.Texture(pixels);
                _unshown.Add(texture);
                Provide(key, pixels.Picture, character, background, texture, true);
            }
            catch (FormatException error)
            {
                _events.Warned.Invoke($"{key}: {error.Message}");
            }
        }

        private void Provide(string key, Picture picture, string character, bool background, Texture2D texture, bool owned)
        {
            Action? show = _pictures.Provide(key, () =>
            {
                if (background)
                {
                    ShowBackground(texture, owned);
                }
                else if (_views.Stage != null)
                {
                    _unshown.Remove(texture);
                    _views.Stage.Show(key, character, picture, texture, owned);
                }
            });
            show?.Invoke();
        }

        private void ShowBackground(Texture2D texture, bool owned)
        {
            if (_views.Background != null)
            {
                _unshown.Remove(texture);
                _views.Background.Show(texture, owned);
            }

            _events.BackgroundShown.Invoke(texture);
        }

        private void TakeSound(string key, Wav? wav)
        {
            if (_baked != null)
            {
                AudioClip? clip = _baked.Clip(key);
                if (clip != null)
                {
                    BakedMedium? medium = _baked.Find(key);
                    Play(_sounds.Provide(key, SoundClip.Of(clip, medium != null && medium.LoopEnd > medium.LoopStart)));
                }
            }
            else if (wav != null && _views.Sounds != null)
            {
                _uploads.Add(wav.Samples.Length * sizeof(float), () => Play(_sounds.Provide(key, SoundClip.Of(key, wav))));
            }
        }

        private void Play(SoundClip? clip)
        {
            if (clip == null)
            {
                return;
            }

            if (_views.Sounds != null)
            {
                _views.Sounds.Play(clip);
            }
            else
            {
                clip.Dispose();
            }
        }
    }
}
