using System;
using System.Threading;
using System.Threading.Tasks;
using Grpc.Core;

namespace Narrative
{
    /// <summary>
    /// A connection to one Narrative Server. Any number of calls may run at once. Every method continues where it was called:
    /// in Unity on the main thread. Errors are <see cref="NarrativeException"/>, a call that its token cancelled ends with
    /// <see cref="OperationCanceledException"/>.
    /// </summary>
    public sealed partial class NarrativeClient : IDisposable
    {
        private readonly NarrativeTransport _transport;
        private readonly NarrativeClientOptions _options;
        private readonly CallRunner _runner;
        private readonly V1.StoryService.StoryServiceClient _story;
        private readonly V1.InfoService.InfoServiceClient _info;
        private readonly V1.ImageService.ImageServiceClient _images;
        private readonly V1.SoundService.SoundServiceClient _sounds;
        private readonly V1.LibraryService.LibraryServiceClient _library;
        private readonly V1.DialogueService.DialogueServiceClient _dialogue;
        private readonly V1.SemanticsService.SemanticsServiceClient _semantics;
        private readonly CancellationTokenSource _closed = new CancellationTokenSource();

        private NarrativeClient(NarrativeTransport transport, INarrativeTime time, NarrativeClientOptions options)
        {
            _transport = transport;
            _options = options;
            _runner = new CallRunner(options, time);
            _story = new V1.StoryService.StoryServiceClient(transport.Invoker);
            _info = new V1.InfoService.InfoServiceClient(transport.Invoker);
            _images = new V1.ImageService.ImageServiceClient(transport.Invoker);
            _sounds = new V1.SoundService.SoundServiceClient(transport.Invoker);
            _library = new V1.LibraryService.LibraryServiceClient(transport.Invoker);
            _dialogue = new V1.DialogueService.DialogueServiceClient(transport.Invoker);
            _semantics = new V1.SemanticsService.SemanticsServiceClient(transport.Invoker);
            Cache = new MediaCache(options.MediaCacheBytes);
        }

        /// <summary>The version of the contracts that this client speaks, MAJOR.MINOR.</summary>
        public static string ContractsVersion => ContractVersion.Client;

        /// <summary>What the server told at the handshake.</summary>
        public ServerInfo Server { get; private set; } = null!; // set before anybody gets the client

        /// <summary>Pictures and sounds of this connection's beats, by asset id.</summary>
        public MediaCache Cache { get; }

        /// <summary>Connects and makes sure that both sides speak the same contracts.</summary>
        /// <param name="transport">How; the client closes it, also when connecting fails.</param>
        /// <param name="time">Time and waiting.</param>
        /// <param name="options">Null: the defaults.</param>
        /// <param name="cancellationToken">Gives up.</param>
        /// <exception cref="NarrativeException">
        /// No server there (<see cref="NarrativeErrorCode.Unavailable"/>, <see cref="NarrativeErrorCode.DeadlineExceeded"/>), a
        /// wrong token (<see cref="NarrativeErrorCode.Unauthenticated"/>), or another version
        /// (<see cref="NarrativeErrorCode.VersionMismatch"/>).
        /// </exception>
        /// <exception cref="ArgumentException">An option is wrong; the message names it.</exception>
        public static async Task<NarrativeClient> ConnectAsync(
            NarrativeTransport transport, INarrativeTime time, NarrativeClientOptions? options = null,
            CancellationToken cancellationToken = default)
        {
            if (transport == null)
            {
                throw new ArgumentNullException(nameof(transport));
            }

            try
            {
                options ??= new NarrativeClientOptions();
                options.Check();
                transport.CheckToken(options.Token);
                var client = new NarrativeClient(transport, time ?? throw new ArgumentNullException(nameof(time)), options);
                client.Server = await client.ShakeHandsAsync(time, cancellationToken);
                return client;
            }
            catch
            {
                transport.Dispose();
                throw;
            }
        }

        /// <summary>Asks versions, engines, limits and load.</summary>
        public async Task<ServerInfo> GetServerInfoAsync(CancellationToken cancellationToken = default) =>
            FromContract.Info(await CallAsync(
                call => _info.GetServerInfoAsync(new V1.GetServerInfoRequest(), call), safe: true, cancellationToken));

        /// <summary>Asks whether the server, or one of its services, can be used now.</summary>
        /// <param name="service">A full name such as narrative_server.v1.ImageService; empty: the whole.</param>
        /// <param name="cancellationToken">Ends the call.</param>
        public async Task<ServerHealth> CheckHealthAsync(string service = "", CancellationToken cancellationToken = default)
        {
            try
            {
                HealthCheck.Answer answer = await CallAsync(
                    call => _transport.Invoker.AsyncUnaryCall(HealthCheck.Method, null, call, service), safe: true,
                    cancellationToken);
                return answer.Health;
            }
            catch (NarrativeException error) when (error.Code == NarrativeErrorCode.NotFound)
            {
                return ServerHealth.ServiceUnknown;
            }
        }

        /// <summary>Cancels what runs and closes the connection.</summary>
        public void Dispose()
        {
            if (!_closed.IsCancellationRequested)
            {
                _closed.Cancel();
                _transport.Dispose();
            }
        }

        private async Task<ServerInfo> ShakeHandsAsync(INarrativeTime time, CancellationToken cancellationToken)
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            Task<V1.GetServerInfoResponse> ask = _runner.UnaryAsync(
                call => _info.GetServerInfoAsync(new V1.GetServerInfoRequest(), call), _options.ConnectTimeout,
                _options.WaitForServer, stop.Token);
            // Beside the call's own deadline, so that no transport can keep the game waiting.
            Task limit = time.DelayAsync(_options.ConnectTimeout + TimeSpan.FromMilliseconds(250), stop.Token);
            if (await Task.WhenAny(ask, limit) != ask)
            {
                stop.Cancel();
                _ = ForgetAsync(ask);
                cancellationToken.ThrowIfCancellationRequested();
                throw new NarrativeException(
                    NarrativeErrorCode.DeadlineExceeded,
                    $"{_transport.Description} did not answer within {_options.ConnectTimeout}.");
            }

            stop.Cancel();
            _ = ForgetAsync(limit);
            ServerInfo info = FromContract.Info(await AskedAsync(ask, cancellationToken));
            ContractVersion.Check(info.ContractVersion);
            return info;
        }

        private async Task<V1.GetServerInfoResponse> AskedAsync(
            Task<V1.GetServerInfoResponse> ask, CancellationToken cancellationToken)
        {
            try
            {
                return await ask;
            }
            catch (OperationCanceledException)
            {
                throw new OperationCanceledException(cancellationToken);
            }
            catch (NarrativeException error)
            {
                throw new NarrativeException(
                    error.Code, $"{_transport.Description} cannot be used: {error.Message}", error.Violations, error.RetryAfter,
                    error);
            }
        }

        /// <summary>Sees to the end of a task whose outcome no longer matters, so that it is not reported as unobserved.</summary>
        private static async Task ForgetAsync(Task task)
        {
            try
            {
                await task;
            }
            catch (Exception error) when (error is OperationCanceledException || error is NarrativeException)
            {
                // Its caller was answered already.
            }
        }

        private Task<TResponse> CallAsync<TResponse>(
            Func<CallOptions, AsyncUnaryCall<TResponse>> start, bool safe, CancellationToken cancellationToken)
        {
            ThrowIfClosed();
            return cancellationToken.CanBeCanceled
                ? CallLinkedAsync(start, safe, cancellationToken)
                : _runner.UnaryAsync(start, _options.CallTimeout, safe, _closed.Token);
        }

        private async Task<TResponse> CallLinkedAsync<TResponse>(
            Func<CallOptions, AsyncUnaryCall<TResponse>> start, bool safe, CancellationToken cancellationToken)
        {
            using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closed.Token);
            return await _runner.UnaryAsync(start, _options.CallTimeout, safe, linked.Token);
        }

        private void ThrowIfClosed()
        {
            if (_closed.IsCancellationRequested)
            {
                throw new ObjectDisposedException(nameof(NarrativeClient));
            }
        }
    }
}
