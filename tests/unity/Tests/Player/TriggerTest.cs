using System.Threading.Tasks;
using UnityEngine;
using Xunit;

namespace Narrative.Tests
{
    /// <summary>The trigger component: messages of the engine at one end, beats at the other.</summary>
    public sealed class TriggerTest
    {
        [Theory]
        [InlineData(TriggerMoment.TriggerEnter, "OnTriggerEnter", true)]
        [InlineData(TriggerMoment.TriggerEnter, "OnTriggerEnter2D", true)]
        [InlineData(TriggerMoment.CollisionEnter, "OnCollisionEnter", true)]
        [InlineData(TriggerMoment.CollisionEnter, "OnCollisionEnter2D", true)]
        [InlineData(TriggerMoment.CollisionEnter, "OnTriggerEnter", false)]
        [InlineData(TriggerMoment.Manual, "OnTriggerEnter", false)]
        public void Fires_at_its_moment_and_at_no_other(TriggerMoment moment, string message, bool fires)
        {
            using var game = new Game();
            StoryBeatTrigger trigger = Trigger(game, moment);
            var hero = new GameObject("hero") { tag = "Player" };
            Engine.Send(trigger, message, Contact(message, hero));
            Assert.Equal((fires, fires), (trigger.HasFired, game.Player.IsPlaying));
        }

        [Fact]
        public void Fires_for_its_tag_only_and_not_while_it_is_switched_off()
        {
            using var game = new Game();
            StoryBeatTrigger trigger = Trigger(game, TriggerMoment.TriggerEnter);
            Engine.Send(trigger, "OnTriggerEnter2D", Contact("2D", new GameObject("cart")));
            Assert.False(trigger.HasFired);
            trigger.enabled = false;
            var hero = new GameObject("hero") { tag = "Player" };
            Engine.Send(trigger, "OnTriggerEnter2D", Contact("2D", hero));
            Assert.False(trigger.HasFired);
            trigger.enabled = true;
            trigger.OnlyTag = "";
            Engine.Send(trigger, "OnTriggerEnter2D", Contact("2D", new GameObject("cart")));
            Assert.True(trigger.HasFired);
        }

        [Fact]
        public void Fires_again_after_its_cooldown_when_it_is_not_for_once()
        {
            using var game = new Game();
            StoryBeatTrigger trigger = Trigger(game, TriggerMoment.Manual);
            trigger.Once = false;
            trigger.CooldownS = 5;
            Assert.Equal(BeatOutcome.Finished, game.Outcome(trigger.FireAsync()));
            Task<BeatOutcome> early = trigger.FireAsync();
            Assert.Equal(BeatOutcome.Dropped, game.Outcome(early));
            game.Frames(100);
            Assert.Equal(BeatOutcome.Finished, game.Outcome(trigger.FireAsync()));
        }

        [Fact]
        public void Fires_when_it_is_switched_on()
        {
            using var game = new Game();
            StoryBeatTrigger trigger = Trigger(game, TriggerMoment.Enable);
            trigger.gameObject.SetActive(false);
            trigger.gameObject.SetActive(true);
            Assert.True(trigger.HasFired);
        }

        [Fact]
        public void Finds_the_scenes_player_and_says_so_when_there_is_none()
        {
            using var game = new Game();
            StoryBeatTrigger trigger = Trigger(game, TriggerMoment.Manual);
            trigger.Player = null;
            trigger.Fire();
            Assert.True(game.Player.IsPlaying);
            Object.Destroy(game.Scene);
            game.Frames(1);
            trigger.ResetTrigger();
            Assert.Equal(BeatOutcome.Failed, game.Outcome(trigger.FireAsync()));
            Assert.Contains("no Beat Player", Assert.Single(Engine.Errors.ToArray()));
            Engine.Errors.Clear();
        }

        private static StoryBeatTrigger Trigger(Game game, TriggerMoment moment)
        {
            StoryBeatTrigger trigger = new GameObject("door").AddComponent<StoryBeatTrigger>();
            trigger.Player = game.Player;
            trigger.Moment = moment;
            trigger.Baked = Game.Baked("Who goes there?");
            return trigger;
        }

        private static object Contact(string message, GameObject other) => message switch
        {
            "OnTriggerEnter" => other.AddComponent<Collider>(),
            "OnCollisionEnter" => new Collision { gameObject = other },
            "OnCollisionEnter2D" => new Collision2D { gameObject = other },
            _ => other.AddComponent<Collider2D>(),
        };
    }
}
