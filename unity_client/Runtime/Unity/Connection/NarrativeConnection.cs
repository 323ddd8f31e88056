using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using UnityEngine;

namespace Narrative
{
    /// <summary>Where a connection stands.</summary>
    public enum ConnectionState
    {
        /// <summary>Not opened yet, or closed.</summary>
        Closed = 0,

        /// <summary>On its way.</summary>
        Connecting = 1,

        /// <summary>Usable.</summary>
        Ready = 2,

        /// <summary>The last try failed; the next use tries again.</summary>
        Failed = 3,
    }

    /// <summary>
    /// The game's one connection to its server. Opened when it is first used and closed when the game ends, so that play mode
    /// ends without a hanging call. Main thread only.
    /// </summary>
    [AddComponentMenu("Narrative/Narrative Connection")]
    [DisallowMultipleComponent]
    [DefaultExecutionOrder(-100)]
    public sealed class NarrativeConnection : MonoBehaviour
    {
        private static readonly List<NarrativeConnection> Live = new List<NarrativeConnection>();
        private static NarrativeConnection? _shared;

        [Tooltip("Where the server is. Empty: the project's settings.")]
        [SerializeField] private NarrativeSettings? _settings;

        private readonly CancellationTokenSource _destroyed = new CancellationTokenSource();
        private readonly FrameTime _time = new FrameTime(() => DateTime.UtcNow);
        private Task<NarrativeClient>? _opening;
        private CancellationTokenSource? _closed;

        /// <summary>The state has changed.</summary>
        public event Action? StateChanged;

        /// <summary>The connection of the whole game; made when it is first asked for.</summary>
        public static NarrativeConnection Shared
        {
            get
            {
                if (_shared == null)
                {
                    var host = new GameObject("Narrative Connection");
                    DontDestroyOnLoad(host);
                    _shared = host.AddComponent<NarrativeConnection>();
                }

                return _shared;
            }
        }

        /// <summary>Where it stands.</summary>
        public ConnectionState State { get; private set; }

        /// <summary>Why the last try failed; empty: it did not.</summary>
        public string LastError { get; private set; } = "";

        /// <summary>The settings that it uses. A change holds from the next <see cref="Close"/> on.</summary>
        public NarrativeSettings Settings
        {
            get
            {
                if (_settings == null)
                {
                    _settings = NarrativeSettings.Current;
                }

                return _settings;
            }
            set => _settings = value;
        }

        /// <summary>
        /// Opens the transport, with the time that it is to take: a handler of the game's own, or a scripted server in tests.
        /// Null: what the platform has for <see cref="Settings"/>. A change holds from the next <see cref="Close"/> on.
        /// </summary>
        public Func<INarrativeTime, NarrativeTransport>? TransportFactory { get; set; }

        /// <summary>The client, once connected. Any number may wait for it.</summary>
        /// <param name="cancellationToken">Ends this wait; others go on.</param>
        /// <exception cref="NarrativeException">No usable server; see <see cref="NarrativeClient.ConnectAsync"/>.</exception>
        /// <exception cref="OperationCanceledException">Cancelled, or the connection was destroyed.</exception>
        public async Task<NarrativeClient> GetClientAsync(CancellationToken cancellationToken = default)
        {
            _destroyed.Token.ThrowIfCancellationRequested();
            if (_opening == null || _opening.IsFaulted || _opening.IsCanceled)
            {
                _closed = CancellationTokenSource.CreateLinkedTokenSource(_destroyed.Token);
                _opening = OpenAsync(_closed.Token);
            }

            NarrativeClient client = await _opening;
            cancellationToken.ThrowIfCancellationRequested();
            return client;
        }

        /// <summary>Closes the connection and whatever runs over it; the next use opens it again.</summary>
        public void Close()
        {
            Task<NarrativeClient>? opening = _opening;
            _opening = null;
            if (opening != null)
            {
                _closed?.Cancel();
                _ = CloseAsync(opening);
                Tell(ConnectionState.Closed, "");
            }
        }

        /// <summary>Closes every connection of the game; the editor does so before play mode ends or code is reloaded.</summary>
        internal static void CloseAll()
        {
            foreach (NarrativeConnection connection in Live)
            {
                connection.Close();
            }
        }

        /// <summary>With domain reload disabled statics outlive play mode.</summary>
        [RuntimeInitializeOnLoadMethod(RuntimeInitializeLoadType.SubsystemRegistration)]
        private static void ResetStatics()
        {
            CloseAll();
            Live.Clear();
            _shared = null;
        }

        private static async Task CloseAsync(Task<NarrativeClient> opening)
        {
            try
            {
                (await opening).Dispose();
            }
            catch (Exception error) when (error is NarrativeException || error is OperationCanceledException)
            {
                // It never opened; whoever waited for it was told.
            }
        }

        private void Awake() => Live.Add(this);

        private void Update() => _time.Tick();

        private void OnDestroy()
        {
            Live.Remove(this);
            _destroyed.Cancel();
            Close();
        }

        private async Task<NarrativeClient> OpenAsync(CancellationToken closed)
        {
            Tell(ConnectionState.Connecting, "");
            try
            {
                NarrativeTransport transport = TransportFactory?.Invoke(_time) ?? UnityTransports.Open(Settings, _time);
                NarrativeClient client = await NarrativeClient.ConnectAsync(
                    transport, _time, Settings.ToOptions(), closed);
                Tell(ConnectionState.Ready, "", closed);
                return client;
            }
            catch (Exception error)
            {
                Tell(ConnectionState.Failed, error.Message, closed); // the next use tries again
                if (error is ArgumentException || error is NotSupportedException)
                {
                    throw new NarrativeException(NarrativeErrorCode.FailedPrecondition, error.Message, inner: error);
                }

                throw;
            }
        }

        private void Tell(ConnectionState state, string error, CancellationToken closed = default)
        {
            if (closed.IsCancellationRequested)
            {
                return; // of a connection that was closed since
            }

            State = state;
            LastError = error;
            StateChanged?.Invoke();
        }
    }
}
