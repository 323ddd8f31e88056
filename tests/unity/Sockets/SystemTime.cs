using System;
using System.Threading;
using System.Threading.Tasks;

namespace Narrative.Sockets
{
    /// <summary>The system's clock and timers.</summary>
    public sealed class SystemTime : INarrativeTime
    {
        /// <inheritdoc/>
        public DateTime UtcNow => DateTime.UtcNow;

        /// <inheritdoc/>
        public Task DelayAsync(TimeSpan delay, CancellationToken cancellationToken) => Task.Delay(delay, cancellationToken);
    }
}
