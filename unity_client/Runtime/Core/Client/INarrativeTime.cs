using System;
using System.Threading;
using System.Threading.Tasks;

namespace Narrative
{
    /// <summary>
    /// Time and waiting, from outside: the core has no timer and starts no thread. In Unity it runs on the player loop, in
    /// tools and tests on the system's clock, in unit tests on a clock that the test moves.
    /// </summary>
    public interface INarrativeTime
    {
        /// <summary>Now, in UTC: the system's clock, with which deadlines are told to the transport.</summary>
        DateTime UtcNow { get; }

        /// <summary>Completes after a while; must go on while the game is paused.</summary>
        /// <param name="delay">How long, 0 or more.</param>
        /// <param name="cancellationToken">Ends the wait with <see cref="OperationCanceledException"/>.</param>
        Task DelayAsync(TimeSpan delay, CancellationToken cancellationToken);
    }
}
