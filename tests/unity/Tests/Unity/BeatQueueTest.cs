using System.Collections.Generic;
using Xunit;

namespace Narrative.Tests
{
    public sealed class BeatQueueTest
    {
        private readonly List<string> _dropped = new List<string>();

        [Fact]
        public void Queues_two_and_drops_the_third()
        {
            var queue = new BeatQueue<string>();
            Assert.Equal(Admission.Begin, Offer(queue, "a"));
            Assert.Equal(Admission.Queued, Offer(queue, "b"));
            Assert.Equal(Admission.Queued, Offer(queue, "c"));
            Assert.Equal(Admission.Dropped, Offer(queue, "d"));
            Assert.Equal(("b", "c", null), (queue.Next(), queue.Next(), queue.Next()));
            Assert.False(queue.Playing);
            Assert.Equal(Admission.Begin, Offer(queue, "e"));
        }

        [Fact]
        public void An_interrupting_beat_takes_the_place_of_all_that_wait()
        {
            var queue = new BeatQueue<string>();
            Offer(queue, "a");
            Offer(queue, "b");
            queue.Policy = OverlapPolicy.Interrupt;
            Assert.Equal(Admission.Interrupt, Offer(queue, "c"));
            Assert.Equal(new[] { "b" }, _dropped);
            Assert.True(queue.Playing);
            Assert.Null(queue.Next());
        }

        [Fact]
        public void Drop_leaves_out_whatever_comes_while_one_plays()
        {
            var queue = new BeatQueue<string> { Policy = OverlapPolicy.Drop };
            Offer(queue, "a");
            Assert.Equal(Admission.Dropped, Offer(queue, "b", 9));
            Assert.Null(queue.Next());
        }

        [Fact]
        public void By_priority_the_highest_waits_in_front_and_the_lowest_makes_way()
        {
            var queue = new BeatQueue<string> { Policy = OverlapPolicy.Priority };
            Offer(queue, "playing", 5);
            Assert.Equal(Admission.Queued, Offer(queue, "low", 1));
            Assert.Equal(Admission.Queued, Offer(queue, "equal", 5));
            Assert.Equal(Admission.Dropped, Offer(queue, "lowest", 0));
            Assert.Equal(Admission.Queued, Offer(queue, "middle", 3));
            Assert.Equal(new[] { "low" }, _dropped);
            Assert.Equal(Admission.Interrupt, Offer(queue, "urgent", 6));
            Assert.Equal(("equal", "middle"), (queue.Next(), queue.Next()));
        }

        [Fact]
        public void A_waiting_beats_own_priority_holds_once_it_plays()
        {
            var queue = new BeatQueue<string> { Policy = OverlapPolicy.Priority };
            Offer(queue, "high", 9);
            Offer(queue, "low", 1);
            queue.Next();
            Assert.Equal(Admission.Interrupt, Offer(queue, "middle", 5));
        }

        private Admission Offer(BeatQueue<string> queue, string beat, int priority = 0) => queue.Offer(beat, priority, _dropped.Add);
    }

    public sealed class TriggerGateTest
    {
        [Fact]
        public void Fires_again_only_after_its_cooldown()
        {
            var gate = new TriggerGate();
            Assert.True(gate.TryFire(10, false, 5));
            Assert.False(gate.TryFire(14.9, false, 5));
            Assert.True(gate.TryFire(15, false, 5));
        }

        [Fact]
        public void Fires_once_until_it_is_reset()
        {
            var gate = new TriggerGate();
            Assert.True(gate.TryFire(0, true, 0));
            Assert.False(gate.TryFire(1000, true, 0));
            gate.Reset();
            Assert.False(gate.HasFired);
            Assert.True(gate.TryFire(1001, true, 0));
        }
    }

    public sealed class UploadQueueTest
    {
        [Fact]
        public void A_frame_runs_what_fits_its_budget_and_a_large_piece_alone()
        {
            var queue = new UploadQueue { BudgetBytes = 100 };
            var done = new List<int>();
            foreach (int bytes in new[] { 60, 40, 10, 500, 1 })
            {
                queue.Add(bytes, () => done.Add(bytes));
            }

            var frames = new List<string>();
            while (queue.Count > 0)
            {
                done.Clear();
                queue.RunFrame();
                frames.Add(string.Join(",", done));
            }

            Assert.Equal(new[] { "60,40", "10", "500", "1" }, frames);
        }
    }

    public sealed class MediaGateTest
    {
        [Fact]
        public void Shows_a_medium_once_it_is_there_and_due_in_either_order()
        {
            var gate = new MediaGate<string>();
            Assert.Null(gate.Reach("early cue"));
            Assert.Equal("x", gate.Provide("early cue", "x"));
            Assert.Null(gate.Provide("early medium", "y"));
            Assert.Equal("y", gate.Reach("early medium"));
            Assert.Null(gate.Reach("early medium"));
        }

        [Fact]
        public void A_dropped_one_is_not_shown_later_and_the_rest_is_given_once()
        {
            var gate = new MediaGate<string>();
            gate.Drop("late");
            gate.Provide("late", "z");
            Assert.Null(gate.Reach("late"));
            gate.Clear();
            gate.Provide("never cued", "w");
            Assert.Equal("w", Assert.Single(gate.TakeRest()).Value);
            Assert.Empty(gate.TakeRest());
        }
    }
}
