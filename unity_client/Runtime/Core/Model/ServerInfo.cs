using System.Collections.Generic;

namespace Narrative
{
    /// <summary>Whether an engine can be used.</summary>
    public enum EngineState
    {
        /// <summary>Newer than this client.</summary>
        Unspecified = 0,

        /// <summary>Its process or model is starting.</summary>
        Starting = 1,

        /// <summary>It works.</summary>
        Ready = 2,

        /// <summary>Its process died and is being started again.</summary>
        Restarting = 3,

        /// <summary>It cannot be started; its detail says why.</summary>
        Failed = 4,

        /// <summary>It was stopped with the server.</summary>
        Stopped = 5,
    }

    /// <summary>One engine: a model in a process of its own. Immutable.</summary>
    public sealed class EngineInfo
    {
        internal EngineInfo(
            string name, string kind, string model, EngineState state, string detail, int restarts, int active, int queued)
        {
            Name = name;
            Kind = kind;
            Model = model;
            State = state;
            Detail = detail;
            Restarts = restarts;
            Active = active;
            Queued = queued;
        }

        /// <summary>dialogue, semantics, images or sounds.</summary>
        public string Name { get; }

        /// <summary>What drives it, such as llama.cpp.</summary>
        public string Kind { get; }

        /// <summary>The model's name in the catalogue.</summary>
        public string Model { get; }

        /// <summary>Whether it can be used.</summary>
        public EngineState State { get; }

        /// <summary>With <see cref="EngineState.Failed"/>: why, and what helps.</summary>
        public string Detail { get; }

        /// <summary>How often its process was started again.</summary>
        public int Restarts { get; }

        /// <summary>Calls that it is working on.</summary>
        public int Active { get; }

        /// <summary>Calls that wait for it.</summary>
        public int Queued { get; }
    }

    /// <summary>What requests must keep to. Immutable.</summary>
    public sealed class ServerLimits
    {
        internal ServerLimits(
            int maxRequestBytes, int maxActiveBeats, int maxQueuedBeats, int maxQueuedBeatsPerSession, int maxCast, int maxLines,
            int maxVariants)
        {
            MaxRequestBytes = maxRequestBytes;
            MaxActiveBeats = maxActiveBeats;
            MaxQueuedBeats = maxQueuedBeats;
            MaxQueuedBeatsPerSession = maxQueuedBeatsPerSession;
            MaxCast = maxCast;
            MaxLines = maxLines;
            MaxVariants = maxVariants;
        }

        /// <summary>Bytes of one request message.</summary>
        public int MaxRequestBytes { get; }

        /// <summary>Beats played at once.</summary>
        public int MaxActiveBeats { get; }

        /// <summary>Beats that may wait beside those.</summary>
        public int MaxQueuedBeats { get; }

        /// <summary>Beats that may wait in one session.</summary>
        public int MaxQueuedBeatsPerSession { get; }

        /// <summary>Characters present in a beat.</summary>
        public int MaxCast { get; }

        /// <summary>Lines of a beat.</summary>
        public int MaxLines { get; }

        /// <summary>Pictures or sounds of one call.</summary>
        public int MaxVariants { get; }
    }

    /// <summary>What the server is doing now. Immutable.</summary>
    public sealed class ServerLoad
    {
        internal ServerLoad(int activeBeats, int queuedBeats, int activeGenerations, int queuedCalls)
        {
            ActiveBeats = activeBeats;
            QueuedBeats = queuedBeats;
            ActiveGenerations = activeGenerations;
            QueuedCalls = queuedCalls;
        }

        /// <summary>Beats that are being played.</summary>
        public int ActiveBeats { get; }

        /// <summary>Beats that wait.</summary>
        public int QueuedBeats { get; }

        /// <summary>Generations of lines that run in the dialogue engine.</summary>
        public int ActiveGenerations { get; }

        /// <summary>Calls that wait for an engine, over all engines.</summary>
        public int QueuedCalls { get; }
    }

    /// <summary>What the server is. Immutable.</summary>
    public sealed class ServerInfo
    {
        internal ServerInfo(
            string serverVersion, string contractVersion, IReadOnlyList<EngineInfo> engines, ServerLimits limits, ServerLoad load,
            IReadOnlyList<string> experimentalCalls)
        {
            ServerVersion = serverVersion;
            ContractVersion = contractVersion;
            Engines = engines;
            Limits = limits;
            Load = load;
            ExperimentalCalls = experimentalCalls;
        }

        /// <summary>Version of the server's package, such as "0.1.0".</summary>
        public string ServerVersion { get; }

        /// <summary>Version of the contracts, MAJOR.MINOR.</summary>
        public string ContractVersion { get; }

        /// <summary>One for each engine.</summary>
        public IReadOnlyList<EngineInfo> Engines { get; }

        /// <summary>What requests must keep to.</summary>
        public ServerLimits Limits { get; }

        /// <summary>What the server is doing now.</summary>
        public ServerLoad Load { get; }

        /// <summary>Calls that answer <see cref="NarrativeErrorCode.Unimplemented"/> for now, as Service/Method.</summary>
        public IReadOnlyList<string> ExperimentalCalls { get; }
    }

    /// <summary>What a health check answers.</summary>
    public enum ServerHealth
    {
        /// <summary>Not known.</summary>
        Unknown = 0,

        /// <summary>It answers calls.</summary>
        Serving = 1,

        /// <summary>It is starting or stopping, or an engine that it needs is not there.</summary>
        NotServing = 2,

        /// <summary>It has no such service.</summary>
        ServiceUnknown = 3,
    }
}
