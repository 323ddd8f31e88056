using System;
using UnityEngine;

namespace Narrative
{
    /// <summary>How calls travel.</summary>
    public enum TransportChoice
    {
        /// <summary>HTTP/2 where the platform has a handler for it, else gRPC-Web.</summary>
        Automatic = 0,

        /// <summary>gRPC over HTTP/2; an error where the platform has no handler for it.</summary>
        Http2 = 1,

        /// <summary>gRPC-Web over HTTP/1.1.</summary>
        GrpcWeb = 2,
    }

    /// <summary>
    /// Where the server is and how it is talked to. Edited in Project Settings > Narrative, which keeps it as
    /// Resources/NarrativeSettings so that builds have it.
    /// </summary>
    [CreateAssetMenu(menuName = "Narrative/Settings", fileName = ResourceName)]
    public sealed class NarrativeSettings : ScriptableObject
    {
        /// <summary>The asset's name in a Resources folder.</summary>
        public const string ResourceName = "NarrativeSettings";

        [Tooltip("The server's gRPC address (HTTP/2): host:port, http://host:port or https://host:port.")]
        [SerializeField] private string _address = "127.0.0.1:50151";

        [Tooltip("The server's gRPC-Web address, for platforms without HTTP/2 and for WebGL. The server prints it; "
            + "by itself it is the gRPC port + 1.")]
        [SerializeField] private string _webAddress = "127.0.0.1:50152";

        [Tooltip("Automatic: HTTP/2 where the platform has a handler for it, else gRPC-Web. WebGL always takes gRPC-Web.")]
        [SerializeField] private TransportChoice _transport = TransportChoice.Automatic;

        [Tooltip("The server's secret; empty: none. It goes into builds in plain text, and over plaintext to this machine only.")]
        [SerializeField] private string _token = "";

        [Tooltip("Connecting may take so many seconds. The game goes on meanwhile.")]
        [Range(0.5f, 60f)]
        [SerializeField] private float _connectTimeoutS = 5f;

        [Tooltip("Whether connecting waits for a server that is still starting, within its time.")]
        [SerializeField] private bool _waitForServer;

        [Tooltip("A call that gives one answer may take so many seconds, retries included.")]
        [Range(1f, 600f)]
        [SerializeField] private float _callTimeoutS = 30f;

        [Tooltip("A beat may take so many seconds to arrive, retries included.")]
        [Range(1f, 600f)]
        [SerializeField] private float _beatTimeoutS = 120f;

        [Tooltip("A call is tried so many times in all.")]
        [Range(1, 10)]
        [SerializeField] private int _maxAttempts = 6;

        [Tooltip("MiB of pictures and sounds kept in memory, by asset; 0: none.")]
        [Range(0, 512)]
        [SerializeField] private int _mediaCacheMiB = 32;

        [Tooltip("At most so many KiB become textures and clips a frame; one piece a frame is always taken.")]
        [Range(16, 8192)]
        [SerializeField] private int _uploadKiBPerFrame = 256;

        [Tooltip("Whether retries and other sentences for the developer are logged.")]
        [SerializeField] private bool _verbose;

        /// <summary>The project's settings; the defaults where it has none. Read anew each time.</summary>
        public static NarrativeSettings Current
        {
            get
            {
                NarrativeSettings? found = Resources.Load<NarrativeSettings>(ResourceName);
                return found != null ? found : CreateInstance<NarrativeSettings>();
            }
        }

        /// <summary>The gRPC address.</summary>
        public string Address { get => _address; set => _address = value; }

        /// <summary>The gRPC-Web address.</summary>
        public string WebAddress { get => _webAddress; set => _webAddress = value; }

        /// <summary>How calls travel.</summary>
        public TransportChoice Transport { get => _transport; set => _transport = value; }

        /// <summary>The server's secret; empty: none.</summary>
        public string Token { get => _token; set => _token = value; }

        /// <summary>Bytes that become textures and clips a frame.</summary>
        public int UploadBytesPerFrame => _uploadKiBPerFrame << 10;

        /// <summary>The client's options.</summary>
        /// <exception cref="ArgumentException">A value is wrong; the message names it.</exception>
        public NarrativeClientOptions ToOptions() => new NarrativeClientOptions
        {
            Token = _token.Trim(),
            ConnectTimeout = TimeSpan.FromSeconds(_connectTimeoutS),
            WaitForServer = _waitForServer,
            CallTimeout = TimeSpan.FromSeconds(_callTimeoutS),
            BeatTimeout = TimeSpan.FromSeconds(_beatTimeoutS),
            Retries = new RetryPolicy(_maxAttempts),
            MediaCacheBytes = (long)_mediaCacheMiB << 20,
            Log = _verbose ? Debug.Log : (Action<string>?)null,
        };
    }
}
