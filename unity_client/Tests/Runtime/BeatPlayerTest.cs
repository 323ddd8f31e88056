using System.Threading.Tasks;
using NUnit.Framework;
using UnityEngine;

namespace Narrative.Tests
{
    /// <summary>For Unity's test runner, in play mode: what only the engine can show.</summary>
    public sealed class BeatPlayerTest
    {
        private GameObject _scene;
        private BeatPlayer _player;

        [SetUp]
        public void Build()
        {
            _scene = new GameObject("scene");
            _player = _scene.AddComponent<BeatPlayer>();
        }

        [TearDown]
        public void Clear() => Object.DestroyImmediate(_scene);

        [Test]
        public void A_second_and_a_third_beat_wait_and_a_fourth_is_dropped()
        {
            StoryBeatAsset beat = StoryBeatAsset.Of(new[] { new FallbackLine("Mira", "Run.") });
            Task<BeatOutcome> first = _player.PlayAsync(beat);
            _ = _player.PlayAsync(beat);
            _ = _player.PlayAsync(beat);
            Task<BeatOutcome> fourth = _player.PlayAsync(beat);
            Assert.That(_player.IsPlaying && _player.Waiting == 2 && !first.IsCompleted);
            Assert.That(fourth.Result, Is.EqualTo(BeatOutcome.Dropped));
        }

        [Test]
        public void Destroying_the_player_ends_its_beats()
        {
            Task<BeatOutcome> beat = _player.PlayAsync(StoryBeatAsset.Of(new[] { new FallbackLine("Mira", "Run.") }));
            Object.DestroyImmediate(_player);
            Assert.That(beat.Result, Is.EqualTo(BeatOutcome.Interrupted));
        }

        [Test]
        public void A_trigger_fires_its_baked_beat_once()
        {
            StoryBeatTrigger trigger = _scene.AddComponent<StoryBeatTrigger>();
            trigger.Player = _player;
            trigger.Baked = StoryBeatAsset.Of(new[] { new FallbackLine("Mira", "Run.") });
            trigger.Fire();
            Assert.That(_player.IsPlaying && trigger.HasFired);
            Assert.That(trigger.FireAsync().Result, Is.EqualTo(BeatOutcome.Dropped));
            Assert.That(_player.Waiting, Is.Zero);
        }

        [Test]
        public void The_settings_defaults_are_legal()
        {
            NarrativeSettings settings = ScriptableObject.CreateInstance<NarrativeSettings>();
            Assert.That(settings.ToOptions().ConnectTimeout.TotalSeconds, Is.EqualTo(5).Within(0.001));
            Assert.That(NarrativeTransport.ParseAddress(settings.Address).Port, Is.EqualTo(50151));
            Assert.That(NarrativeTransport.ParseAddress(settings.WebAddress).Port, Is.EqualTo(50152));
        }

        [Test]
        public void Raw_pixels_become_a_texture_of_their_size()
        {
            var picture = new Picture("", new byte[2 * 3 * 4], PictureEncoding.Rgba32, 2, 3, null, Facing.Unknown, 0.5f, 1, "hut", 0);
            Texture2D texture = UnityMedia.Texture(Pixels.Of(picture));
            Assert.That((texture.width, texture.height), Is.EqualTo((2, 3)));
            UnityMedia.Discard(texture);
        }
    }
}
