using System;

namespace Narrative
{
    /// <summary>What a <see cref="BeatEvent"/> is about.</summary>
    public enum BeatEventKind
    {
        /// <summary>The default value of the struct; never streamed.</summary>
        None = 0,

        /// <summary>The request is legal and has begun: <see cref="BeatEvent.Accepted"/>.</summary>
        Accepted,

        /// <summary>A character is about to speak: <see cref="BeatEvent.LineStarted"/>.</summary>
        LineStarted,

        /// <summary>Some more words of the line that was started last: <see cref="BeatEvent.LineDelta"/>.</summary>
        LineDelta,

        /// <summary>A line is complete: <see cref="BeatEvent.LineFinished"/>.</summary>
        LineFinished,

        /// <summary>A caption for the screen, never spoken: <see cref="BeatEvent.Narration"/>.</summary>
        Narration,

        /// <summary>The background is ready: <see cref="BeatEvent.Background"/>.</summary>
        Background,

        /// <summary>A sprite is ready: <see cref="BeatEvent.Sprite"/>.</summary>
        Sprite,

        /// <summary>A sound is ready: <see cref="BeatEvent.Sound"/>.</summary>
        Sound,

        /// <summary>New cues: <see cref="BeatEvent.Timeline"/>.</summary>
        Timeline,

        /// <summary>Where the sprites stand: <see cref="BeatEvent.Staging"/>.</summary>
        Staging,

        /// <summary>Something is missing, the beat goes on: <see cref="BeatEvent.Warning"/>.</summary>
        Warning,

        /// <summary>The end; everything is stored: <see cref="BeatEvent.Finished"/>.</summary>
        Finished,

        /// <summary>
        /// Made by the client: the connection broke and the server plays the beat anew. Drop what was shown of it; the
        /// events from <see cref="Accepted"/> on follow.
        /// </summary>
        Restarted,
    }

    /// <summary>
    /// One thing that happened while a beat was played. A struct, so that a delta costs no allocation but its text. Reading
    /// the property of another kind throws <see cref="InvalidOperationException"/>.
    /// </summary>
    public readonly struct BeatEvent
    {
        private readonly object? _payload;
        private readonly int _line;

        private BeatEvent(BeatEventKind kind, int sequence, object? payload, int line = 0)
        {
            Kind = kind;
            Sequence = sequence;
            _payload = payload;
            _line = line;
        }

        /// <summary>What it is about.</summary>
        public BeatEventKind Kind { get; }

        /// <summary>Position in the server's stream, counted from 0; -1 for what the client made itself.</summary>
        public int Sequence { get; }

        /// <summary>The request is legal and has begun.</summary>
        public BeatAccepted Accepted => Get<BeatAccepted>(BeatEventKind.Accepted);

        /// <summary>A character is about to speak.</summary>
        public LineStarted LineStarted => Get<LineStarted>(BeatEventKind.LineStarted);

        /// <summary>Some more words of the line that was started last.</summary>
        public LineDelta LineDelta => new LineDelta(_line, Get<string>(BeatEventKind.LineDelta));

        /// <summary>The line is complete.</summary>
        public LineFinished LineFinished => Get<LineFinished>(BeatEventKind.LineFinished);

        /// <summary>A caption for the screen, never spoken.</summary>
        public string Narration => Get<string>(BeatEventKind.Narration);

        /// <summary>The background is ready.</summary>
        public BackgroundReady Background => Get<BackgroundReady>(BeatEventKind.Background);

        /// <summary>A sprite is ready.</summary>
        public SpriteReady Sprite => Get<SpriteReady>(BeatEventKind.Sprite);

        /// <summary>A sound is ready.</summary>
        public SoundReady Sound => Get<SoundReady>(BeatEventKind.Sound);

        /// <summary>New cues.</summary>
        public Timeline Timeline => Get<Timeline>(BeatEventKind.Timeline);

        /// <summary>Where the sprites stand.</summary>
        public Staging Staging => Get<Staging>(BeatEventKind.Staging);

        /// <summary>Something is missing, the beat goes on.</summary>
        public BeatWarning Warning => Get<BeatWarning>(BeatEventKind.Warning);

        /// <summary>The end.</summary>
        public BeatFinished Finished => Get<BeatFinished>(BeatEventKind.Finished);

        /// <inheritdoc/>
        public override string ToString() => $"{Sequence} {Kind}";

        internal static BeatEvent Of(BeatEventKind kind, int sequence, object payload) => new BeatEvent(kind, sequence, payload);

        internal static BeatEvent OfDelta(int sequence, int line, string text) =>
            new BeatEvent(BeatEventKind.LineDelta, sequence, text, line);

        internal static BeatEvent OfRestart() => new BeatEvent(BeatEventKind.Restarted, -1, null);

        private T Get<T>(BeatEventKind kind)
            where T : class
        {
            if (Kind != kind)
            {
                throw new InvalidOperationException($"This event is {Kind}, not {kind}.");
            }

            return (T)_payload!;
        }
    }
}
