using System;
using System.Threading;
using System.Threading.Tasks;
using UnityEngine;

namespace Narrative
{
    /// <summary>
    /// Plays beats one at a time: asks the server, or takes a baked one, and shows it in its views. Everything happens on the
    /// main thread within Update; waiting for the server never blocks a frame.
    /// </summary>
    [AddComponentMenu("Narrative/Beat Player")]
    public sealed class BeatPlayer : MonoBehaviour
    {
        [Tooltip("The story's world, cast and lore. Needed for beats of the server.")]
        [SerializeField] private StoryAsset? _story;

        [Tooltip("The connection to the server. Empty: the one that the whole game shares.")]
        [SerializeField] private NarrativeConnection? _connection;

        [Tooltip("What happens to a beat that is raised while another one plays.")]
        [SerializeField] private OverlapPolicy _overlap = OverlapPolicy.Queue;

        [Tooltip("At most so many beats wait.")]
        [Range(0, 16)]
        [SerializeField] private int _queueDepth = 2;

        [Tooltip("Whether a line stays until the player goes on (Skip), for games where the player clicks on.")]
        [SerializeField] private bool _holdLines;

        [Tooltip("Whether beats play on while the game's time scale is 0.")]
        [SerializeField] private bool _unscaledTime;

        [Tooltip("Where beats are shown.")]
        [SerializeField] private BeatViews _views = new BeatViews();

        [Tooltip("What is told while a beat plays.")]
        [SerializeField] private BeatEvents _events = new BeatEvents();

        private readonly BeatQueue<BeatOrder> _queue = new BeatQueue<BeatOrder>();
        private readonly CancellationTokenSource _destroyed = new CancellationTokenSource();
        private Task<string>? _session;
        private PlayingBeat? _playing;
        private bool _paused;

        /// <summary>Every event as it arrives from the server, ahead of its moment on the clock.</summary>
        public event Action<BeatEvent>? EventArrived;

        /// <summary>The story. A change starts a new session.</summary>
        public StoryAsset? Story
        {
            get => _story;
            set
            {
                _story = value;
                _session = null;
            }
        }

        /// <summary>The session that beats are played in; empty before the first. Keep it in save games, and set it on load.</summary>
        public string SessionId
        {
            get => _session != null && _session.Status == TaskStatus.RanToCompletion ? _session.Result : "";
            set => _session = string.IsNullOrEmpty(value) ? null : Task.FromResult(value);
        }

        /// <summary>The connection to the server.</summary>
        public NarrativeConnection Connection
        {
            get => _connection != null ? _connection : NarrativeConnection.Shared;
            set => _connection = value;
        }

        /// <summary>What happens to a beat that is raised while another one plays.</summary>
        public OverlapPolicy Overlap { get => _overlap; set => _overlap = value; }

        /// <summary>Whether a line stays until <see cref="Skip"/>.</summary>
        public bool HoldLines { get => _holdLines; set => _holdLines = value; }

        /// <summary>Where beats are shown.</summary>
        public BeatViews Views => _views;

        /// <summary>What is told while a beat plays.</summary>
        public BeatEvents Events => _events;

        /// <summary>Whether a beat plays.</summary>
        public bool IsPlaying => _queue.Playing;

        /// <summary>How many beats wait.</summary>
        public int Waiting => _queue.Count;

        /// <summary>The server's id of the beat that plays, for ratings; empty before it is accepted, and for baked ones.</summary>
        public string BeatId => _playing?.Accepted?.BeatId ?? "";

        /// <summary>Whether the beat stands still, its sounds too. The server goes on writing.</summary>
        public bool Paused
        {
            get => _paused;
            set
            {
                _paused = value;
                if (_views.Sounds != null)
                {
                    _views.Sounds.SetPaused(value);
                }
            }
        }

        /// <summary>Plays a beat of the server, or leaves it out, as the overlap policy says.</summary>
        /// <param name="beat">What happened. Read when its turn comes.</param>
        /// <param name="priority">With <see cref="OverlapPolicy.Priority"/>: higher comes first.</param>
        /// <param name="cancellationToken">Stops it.</param>
        /// <returns>What became of it, once it is over. Never fails.</returns>
        public Task<BeatOutcome> PlayAsync(StoryBeat beat, int priority = 0, CancellationToken cancellationToken = default) =>
            Offer(new BeatOrder(beat ?? throw new ArgumentNullException(nameof(beat)), null), priority, cancellationToken);

        /// <summary>Plays a baked beat, without a server.</summary>
        /// <param name="beat">The beat.</param>
        /// <param name="priority">With <see cref="OverlapPolicy.Priority"/>: higher comes first.</param>
        /// <param name="cancellationToken">Stops it.</param>
        /// <returns>What became of it, once it is over. Never fails.</returns>
        public Task<BeatOutcome> PlayAsync(StoryBeatAsset beat, int priority = 0, CancellationToken cancellationToken = default) =>
            Offer(
                new BeatOrder(null, beat != null ? beat : throw new ArgumentNullException(nameof(beat))), priority, cancellationToken);

        /// <summary>Plays a baked beat; for UnityEvents.</summary>
        public void Play(StoryBeatAsset beat) => _ = PlayAsync(beat);

        /// <summary>Goes on: shows the rest of the line, or ends it when all of it is to be seen.</summary>
        public void Skip()
        {
            if (_playing != null && !_playing.Clock.HurryUp())
            {
                _playing.Clock.SkipLine();
            }
        }

        /// <summary>Stops the beat that plays and forgets those that wait.</summary>
        public void Stop()
        {
            _queue.Clear(Drop);
            if (_playing != null)
            {
                End(BeatOutcome.Interrupted);
            }
        }

        /// <summary>Leaves the session: the next beat starts a new one. The old one stays with the server.</summary>
        public void StartNewSession() => _session = null;

        private static void Drop(BeatOrder order) => order.End(BeatOutcome.Dropped);

        private Task<BeatOutcome> Offer(BeatOrder order, int priority, CancellationToken cancellationToken)
        {
            order.Follow(cancellationToken);

            _queue.Policy = _overlap;
            _queue.Depth = _queueDepth;
            switch (_queue.Offer(order, priority, Drop))
            {
                case Admission.Begin:
                    Begin(order);
                    break;
                case Admission.Interrupt:
                    Close(BeatOutcome.Interrupted);
                    Begin(order);
                    break;
                case Admission.Dropped:
                    Drop(order);
                    break;
            }

            return order.Ended;
        }

        private void Begin(BeatOrder order)
        {
            int uploadBytes = order.Baked == null ? Connection.Settings.UploadBytesPerFrame : int.MaxValue;
            var playing = new PlayingBeat(order, _views, _events, uploadBytes);
            _playing = playing;
            if (_views.Stage != null)
            {
                _views.Stage.Clear();
            }

            if (_views.Sounds != null)
            {
                _views.Sounds.StopAll();
            }

            _events.Started.Invoke();
            if (order.Baked != null)
            {
                foreach (string problem in order.Baked.Problems())
                {
                    _events.Warned.Invoke(problem);
                }

                playing.Open(BeatFeed.Of(BakedPlayback.Events(order.Baked.Beat)));
            }
            else
            {
                _ = OpenAsync(playing, order.Beat!);
            }
        }

        /// <summary>Connects, sees to the session, and opens the beat; what fails is told to the beat.</summary>
        private async Task OpenAsync(PlayingBeat playing, StoryBeat beat)
        {
            try
            {
                CancellationToken cancelled = playing.Order.Cancelled;
                NarrativeClient client = await Connection.GetClientAsync(cancelled);
                string session = await SessionAsync(client);
                cancelled.ThrowIfCancellationRequested();
                playing.Open(BeatFeed.Start(
                    client.PlayBeatAsync(beat.ToRequest(session)), Pixels.Prepare, Debug.LogWarning, HasThreads, cancelled));
            }
            catch (NarrativeException error)
            {
                BeatRequest request = beat.ToRequest(new InlineStory());
                if (OfflineBeat.CanStandIn(request, error))
                {
                    playing.Open(BeatFeed.Of(OfflineBeat.Play(request, error)));
                }
                else
                {
                    playing.Fail(error);
                }
            }
            catch (Exception error)
            {
                playing.Fail(error);
            }
        }

        /// <summary>The session, made with the first beat; beats that wait for it share the call.</summary>
        private Task<string> SessionAsync(NarrativeClient client)
        {
            if (_session == null || _session.IsFaulted || _session.IsCanceled)
            {
                _session = CreateSessionAsync(client);
            }

            return _session;
        }

        private async Task<string> CreateSessionAsync(NarrativeClient client)
        {
            StoryContext? context = _story != null ? _story.ToContext() : null;
            string title = _story != null ? _story.Title : "";
            return (await client.CreateSessionAsync(context, title, cancellationToken: _destroyed.Token)).Id;
        }

        private static bool HasThreads =>
#if UNITY_WEBGL && !UNITY_EDITOR
            false;
#else
            true;
#endif

        private void Update()
        {
            PlayingBeat? playing = _playing;
            if (playing == null)
            {
                return;
            }

            playing.Clock.HoldLines = _holdLines;
            playing.Clock.Paused = _paused;
            playing.Advance((_unscaledTime ? Time.unscaledDeltaTime : Time.deltaTime) * 1000.0, EventArrived);
            if (playing != _playing)
            {
                return; // a listener stopped it
            }

            if (playing.Order.Cancelled.IsCancellationRequested || playing.Failure is OperationCanceledException)
            {
                End(BeatOutcome.Interrupted);
            }
            else if (playing.Failure != null)
            {
                Report(playing.Failure);
                End(BeatOutcome.Failed);
            }
            else if (playing.IsFinished)
            {
                End(playing.FellBack ? BeatOutcome.FellBack : BeatOutcome.Finished);
            }
        }

        private void Report(Exception failure)
        {
            if (!(failure is NarrativeException))
            {
                Debug.LogException(failure, this); // a mistake, not a state of the server
            }

            _events.Failed.Invoke(failure.Message);
        }

        /// <summary>Ends the beat that plays and begins the next one.</summary>
        private void End(BeatOutcome outcome)
        {
            BeatOrder? next = _queue.Next();
            Close(outcome);
            if (outcome == BeatOutcome.Finished || outcome == BeatOutcome.FellBack)
            {
                _events.Finished.Invoke();
            }

            if (next != null)
            {
                Begin(next);
            }
        }

        private void Close(BeatOutcome outcome)
        {
            PlayingBeat? playing = _playing;
            _playing = null;
            if (playing != null)
            {
                playing.Leave();
                playing.Order.End(outcome);
            }
        }

        private void OnDestroy()
        {
            _destroyed.Cancel();
            _queue.Clear(Drop);
            Close(BeatOutcome.Interrupted);
        }
    }
}
