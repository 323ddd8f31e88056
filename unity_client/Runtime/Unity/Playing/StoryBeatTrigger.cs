using System.Threading.Tasks;
using UnityEngine;

namespace Narrative
{
    /// <summary>When a trigger fires by itself.</summary>
    public enum TriggerMoment
    {
        /// <summary>Only when <see cref="StoryBeatTrigger.Fire"/> is called, such as by a UnityEvent.</summary>
        Manual = 0,

        /// <summary>Something enters the collider, which is a trigger, in 2D or 3D.</summary>
        TriggerEnter = 1,

        /// <summary>Something bumps into the collider, in 2D or 3D.</summary>
        CollisionEnter = 2,

        /// <summary>The object is switched on.</summary>
        Enable = 3,
    }

    /// <summary>Raises a beat when something happens in the game: drop it on a collider, or call <see cref="Fire"/>.</summary>
    [AddComponentMenu("Narrative/Story Beat Trigger")]
    public sealed class StoryBeatTrigger : MonoBehaviour
    {
        [Tooltip("Plays the beat. Empty: the first player in the scene.")]
        [SerializeField] private BeatPlayer? _player;

        [Tooltip("When it fires by itself.")]
        [SerializeField] private TriggerMoment _moment = TriggerMoment.TriggerEnter;

        [Tooltip("Only objects with this tag fire it. Empty: any.")]
        [SerializeField] private string _onlyTag = "Player";

        [Tooltip("Whether it fires a single time.")]
        [SerializeField] private bool _once = true;

        [Tooltip("At least so many seconds between two times.")]
        [Min(0)]
        [SerializeField] private float _cooldownS = 5f;

        [Tooltip("With the player's policy by priority: higher comes first.")]
        [SerializeField] private int _priority;

        [Tooltip("A baked beat, which plays without a server. Empty: the beat below is asked of the server.")]
        [SerializeField] private StoryBeatAsset? _baked;

        [Tooltip("What happened.")]
        [SerializeField] private StoryBeat _beat = new StoryBeat();

        private readonly TriggerGate _gate = new TriggerGate();

        /// <summary>Plays the beat.</summary>
        public BeatPlayer? Player { get => _player; set => _player = value; }

        /// <summary>When it fires by itself.</summary>
        public TriggerMoment Moment { get => _moment; set => _moment = value; }

        /// <summary>Only objects with this tag fire it; empty: any.</summary>
        public string OnlyTag { get => _onlyTag; set => _onlyTag = value; }

        /// <summary>Whether it fires a single time.</summary>
        public bool Once { get => _once; set => _once = value; }

        /// <summary>At least so many seconds between two times.</summary>
        public float CooldownS { get => _cooldownS; set => _cooldownS = value; }

        /// <summary>With the player's policy by priority: higher comes first.</summary>
        public int Priority { get => _priority; set => _priority = value; }

        /// <summary>A baked beat; null: <see cref="Beat"/> is asked of the server.</summary>
        public StoryBeatAsset? Baked { get => _baked; set => _baked = value; }

        /// <summary>What happened.</summary>
        public StoryBeat Beat => _beat;

        /// <summary>Whether it has fired.</summary>
        public bool HasFired => _gate.HasFired;

        /// <summary>Raises the beat, unless it is too early or it was to fire once; for UnityEvents.</summary>
        public void Fire() => _ = FireAsync();

        /// <summary>Raises the beat, unless it is too early or it was to fire once.</summary>
        /// <returns>What became of it; <see cref="BeatOutcome.Dropped"/> also when it did not fire.</returns>
        public Task<BeatOutcome> FireAsync()
        {
            BeatPlayer? player = FindPlayer();
            if (player == null)
            {
                Debug.LogError($"{name}: there is no Beat Player in the scene; add one, or set Player.", this);
                return Task.FromResult(BeatOutcome.Failed);
            }

            if (!_gate.TryFire(Time.realtimeSinceStartupAsDouble, _once, _cooldownS))
            {
                return Task.FromResult(BeatOutcome.Dropped);
            }

            return _baked != null ? player.PlayAsync(_baked, _priority) : player.PlayAsync(_beat, _priority);
        }

        /// <summary>Makes it as if it had never fired.</summary>
        public void ResetTrigger() => _gate.Reset();

        private BeatPlayer? FindPlayer()
        {
            if (_player == null)
            {
                _player = FindAnyObjectByType<BeatPlayer>();
            }

            return _player;
        }

        private void OnEnable()
        {
            if (_moment == TriggerMoment.Enable)
            {
                Fire();
            }
        }

        private void OnTriggerEnter(Collider other) => Enter(TriggerMoment.TriggerEnter, other.gameObject);

        private void OnTriggerEnter2D(Collider2D other) => Enter(TriggerMoment.TriggerEnter, other.gameObject);

        private void OnCollisionEnter(Collision collision) => Enter(TriggerMoment.CollisionEnter, collision.gameObject);

        private void OnCollisionEnter2D(Collision2D collision) => Enter(TriggerMoment.CollisionEnter, collision.gameObject);

        private void Enter(TriggerMoment moment, GameObject other)
        {
            // Messages come to switched-off components too.
            if (isActiveAndEnabled && moment == _moment && (_onlyTag.Length == 0 || other.CompareTag(_onlyTag)))
            {
                Fire();
            }
        }
    }
}
