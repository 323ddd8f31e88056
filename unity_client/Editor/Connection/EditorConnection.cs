using System;
using System.Threading;
using System.Threading.Tasks;
using UnityEditor;

namespace Narrative
{
    /// <summary>
    /// The editor windows' connection, which works without play mode. It is closed before code is reloaded and before the
    /// editor quits, so that neither hangs on an open stream. Main thread only.
    /// </summary>
    internal sealed class EditorConnection
    {
        private static EditorConnection? _shared;

        private readonly FrameTime _time = new FrameTime(() => DateTime.UtcNow);
        private Task<NarrativeClient>? _opening;
        private CancellationTokenSource _closed = new CancellationTokenSource();

        private EditorConnection()
        {
            EditorApplication.update += _time.Tick;
            EditorApplication.quitting += Close;
            AssemblyReloadEvents.beforeAssemblyReload += Close;
        }

        /// <summary>The state has changed.</summary>
        public event Action? Changed;

        public static EditorConnection Shared => _shared ??= new EditorConnection();

        public ConnectionState State { get; private set; }

        /// <summary>Why the last try failed; empty: it did not.</summary>
        public string LastError { get; private set; } = "";

        /// <summary>Cancelled when the connection is closed.</summary>
        public CancellationToken Closed => _closed.Token;

        /// <summary>The client, once connected.</summary>
        /// <exception cref="NarrativeException">No usable server.</exception>
        public Task<NarrativeClient> GetClientAsync()
        {
            if (_opening == null || _opening.IsFaulted || _opening.IsCanceled)
            {
                _opening = OpenAsync(_closed.Token);
            }

            return _opening;
        }

        /// <summary>Closes the connection and whatever runs over it; the next use opens it again, with the settings as they are.</summary>
        public void Close()
        {
            Task<NarrativeClient>? opening = _opening;
            _opening = null;
            _closed.Cancel();
            _closed = new CancellationTokenSource();
            if (opening != null && opening.Status == TaskStatus.RanToCompletion)
            {
                opening.Result.Dispose(); // at once: nothing is awaited while code is reloaded
            }

            Tell(ConnectionState.Closed, "");
        }

        [InitializeOnLoadMethod]
        private static void CloseGamesConnections()
        {
            EditorApplication.playModeStateChanged += change =>
            {
                if (change == PlayModeStateChange.ExitingPlayMode)
                {
                    NarrativeConnection.CloseAll();
                }
            };
            AssemblyReloadEvents.beforeAssemblyReload += NarrativeConnection.CloseAll;
        }

        private async Task<NarrativeClient> OpenAsync(CancellationToken closed)
        {
            Tell(ConnectionState.Connecting, "");
            try
            {
                NarrativeSettings settings = NarrativeSettings.Current;
                NarrativeTransport transport = UnityTransports.Open(settings, _time);
                NarrativeClient client = await NarrativeClient.ConnectAsync(transport, _time, settings.ToOptions(), closed);
                Tell(ConnectionState.Ready, "");
                return client;
            }
            catch (Exception error) when (!closed.IsCancellationRequested)
            {
                Tell(ConnectionState.Failed, error.Message);
                throw;
            }
        }

        private void Tell(ConnectionState state, string error)
        {
            State = state;
            LastError = error;
            Changed?.Invoke();
        }
    }
}
