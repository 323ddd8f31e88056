using System.Threading;
using System.Threading.Tasks;

namespace Narrative
{
    /// <summary>What became of a beat that was asked for.</summary>
    public enum BeatOutcome
    {
        /// <summary>It was played to its end.</summary>
        Finished = 0,

        /// <summary>It was played to its end with its fallback lines: there was no server, or it broke off.</summary>
        FellBack = 1,

        /// <summary>It was stopped, or another beat ended it.</summary>
        Interrupted = 2,

        /// <summary>The overlap policy left it out.</summary>
        Dropped = 3,

        /// <summary>It could not be played, or broke off after some lines; On Failed said why.</summary>
        Failed = 4,
    }

    /// <summary>A beat that was asked for: of the server, or a baked one.</summary>
    internal sealed class BeatOrder
    {
        private readonly CancellationTokenSource _cancel = new CancellationTokenSource();
        private readonly TaskCompletionSource<BeatOutcome> _ended = new TaskCompletionSource<BeatOutcome>();
        private CancellationTokenRegistration _followed;

        public BeatOrder(StoryBeat? beat, StoryBeatAsset? baked)
        {
            Beat = beat;
            Baked = baked;
        }

        /// <summary>To be asked of the server; null for a baked one.</summary>
        public StoryBeat? Beat { get; }

        /// <summary>To be played without a server; null for the server's.</summary>
        public StoryBeatAsset? Baked { get; }

        public CancellationToken Cancelled => _cancel.Token;

        public Task<BeatOutcome> Ended => _ended.Task;

        /// <summary>Is cancelled with a token.</summary>
        public void Follow(CancellationToken cancellationToken) => _followed = cancellationToken.Register(_cancel.Cancel);

        /// <summary>It is over: what still runs of it stops.</summary>
        public void End(BeatOutcome outcome)
        {
            _followed.Dispose();
            _cancel.Cancel();
            _ended.TrySetResult(outcome);
        }
    }
}
