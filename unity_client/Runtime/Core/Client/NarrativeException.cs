using System;
using System.Collections.Generic;

namespace Narrative
{
    /// <summary>What went wrong. Up to 16 these are gRPC's own codes.</summary>
    public enum NarrativeErrorCode
    {
        /// <summary>The server ended the call.</summary>
        Cancelled = 1,

        /// <summary>Nobody knows; the message may tell.</summary>
        Unknown = 2,

        /// <summary>A field is wrong: see <see cref="NarrativeException.Violations"/>.</summary>
        InvalidArgument = 3,

        /// <summary>The deadline passed.</summary>
        DeadlineExceeded = 4,

        /// <summary>No such session, beat or asset.</summary>
        NotFound = 5,

        /// <summary>The chosen id is taken.</summary>
        AlreadyExists = 6,

        /// <summary>Not allowed, by a proxy perhaps.</summary>
        PermissionDenied = 7,

        /// <summary>A queue is full, a message too large, or the disk full.</summary>
        ResourceExhausted = 8,

        /// <summary>A model's weights are missing or damaged; the message names the command that helps.</summary>
        FailedPrecondition = 9,

        /// <summary>The same beat is being played now.</summary>
        Aborted = 10,

        /// <summary>Outside of what there is.</summary>
        OutOfRange = 11,

        /// <summary>The server does not have this call.</summary>
        Unimplemented = 12,

        /// <summary>The server failed; its log says more.</summary>
        Internal = 13,

        /// <summary>No server answers there, or it is starting or stopping.</summary>
        Unavailable = 14,

        /// <summary>The answer was broken: truncated, or not a server's of this kind.</summary>
        DataLoss = 15,

        /// <summary>The token is missing or wrong.</summary>
        Unauthenticated = 16,

        /// <summary>Server and client speak different versions of the contracts; the message names both.</summary>
        VersionMismatch = 100,
    }

    /// <summary>One field that the server refused. Immutable.</summary>
    public sealed class FieldViolation
    {
        /// <summary>Makes a violation.</summary>
        public FieldViolation(string field, string description)
        {
            Field = field;
            Description = description;
        }

        /// <summary>The field's path, such as cast[1].name.</summary>
        public string Field { get; }

        /// <summary>What was wrong and what is legal.</summary>
        public string Description { get; }

        /// <inheritdoc/>
        public override string ToString() => $"{Field}: {Description}";
    }

    /// <summary>
    /// The one exception of this client. A call that the caller cancelled ends with <see cref="OperationCanceledException"/>,
    /// and a request that no message can carry with <see cref="ArgumentException"/>.
    /// </summary>
    public sealed class NarrativeException : Exception
    {
        /// <summary>Makes an exception.</summary>
        /// <param name="code">What went wrong.</param>
        /// <param name="message">A sentence for the developer.</param>
        /// <param name="violations">Fields that were refused; null: none.</param>
        /// <param name="retryAfter">When to try again; null: no hint.</param>
        /// <param name="inner">The cause; null: none.</param>
        public NarrativeException(
            NarrativeErrorCode code, string message, IReadOnlyList<FieldViolation>? violations = null,
            TimeSpan? retryAfter = null, Exception? inner = null)
            : base(message, inner)
        {
            Code = code;
            Violations = violations ?? Array.Empty<FieldViolation>();
            RetryAfter = retryAfter;
        }

        /// <summary>What went wrong.</summary>
        public NarrativeErrorCode Code { get; }

        /// <summary>With <see cref="NarrativeErrorCode.InvalidArgument"/>: all fields that were refused.</summary>
        public IReadOnlyList<FieldViolation> Violations { get; }

        /// <summary>The server's hint when to try again; null: none.</summary>
        public TimeSpan? RetryAfter { get; }
    }
}
