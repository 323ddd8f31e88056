using System;
using System.Collections.Generic;

namespace Narrative
{
    /// <summary>Which media a beat should have, and how.</summary>
    public sealed class WantedMedia
    {
        /// <summary>A background picture. Default: true.</summary>
        public bool Background { get; set; } = true;

        /// <summary>Sprites of the characters present and of at most one object. Default: true.</summary>
        public bool Sprites { get; set; } = true;

        /// <summary>Sound effects. Default: true.</summary>
        public bool Sounds { get; set; } = true;

        /// <summary>How the background is wanted. Null: PNG of 160 x 96.</summary>
        public PictureFormat? BackgroundFormat { get; set; }

        /// <summary>How sprites are wanted. Null: PNG of 32 x 32.</summary>
        public PictureFormat? SpriteFormat { get; set; }

        /// <summary>How sounds are wanted. Null: WAV with 16-bit integers at 22050 Hz.</summary>
        public SoundFormat? SoundFormat { get; set; }
    }

    /// <summary>One beat, asked for: in a session, or inline with its whole story.</summary>
    public sealed class BeatRequest
    {
        /// <summary>A beat of a session, which is stored.</summary>
        /// <param name="sessionId">As <see cref="NarrativeClient.CreateSessionAsync"/> answered it.</param>
        /// <param name="trigger">What happened.</param>
        public BeatRequest(string sessionId, StoryTrigger trigger)
        {
            SessionId = sessionId ?? throw new ArgumentNullException(nameof(sessionId));
            Trigger = trigger ?? throw new ArgumentNullException(nameof(trigger));
        }

        /// <summary>A beat of a story told in the request; nothing of it is stored.</summary>
        /// <param name="story">The story so far.</param>
        /// <param name="trigger">What happened.</param>
        public BeatRequest(InlineStory story, StoryTrigger trigger)
        {
            Inline = story ?? throw new ArgumentNullException(nameof(story));
            Trigger = trigger ?? throw new ArgumentNullException(nameof(trigger));
        }

        private BeatRequest(string sessionId)
        {
            SessionId = sessionId ?? throw new ArgumentNullException(nameof(sessionId));
            ContinueBeat = true;
        }

        /// <summary>The session; null for an inline beat.</summary>
        public string? SessionId { get; }

        /// <summary>The story told in the request; null for a session's beat.</summary>
        public InlineStory? Inline { get; }

        /// <summary>What happened; null where the last beat goes on without anything new.</summary>
        public StoryTrigger? Trigger { get; }

        /// <summary>
        /// Go on with the last beat of the session: its trigger, place, cast and mood hold where this request leaves them
        /// unset. Needs a session with a beat. Default: false.
        /// </summary>
        public bool ContinueBeat { get; set; }

        /// <summary>How the lines are written. Null: as the story says.</summary>
        public DialogueControls? Controls { get; set; }

        /// <summary>Goes on with the last beat of a session, without anything new happening.</summary>
        public static BeatRequest Continue(string sessionId) => new BeatRequest(sessionId);

        /// <summary>Where: place, time of day, weather, up to 200 characters. Default: empty, the session's last place.</summary>
        public string Place { get; set; } = "";

        /// <summary>Who is present, 1 to 6; a name alone takes the rest from the session. Empty: the story's whole cast.</summary>
        public List<Character> Cast { get; } = new List<Character>();

        /// <summary>Facts known at this moment, at most 16 of up to 300 characters.</summary>
        public List<string> Facts { get; } = new List<string>();

        /// <summary>What the player just said, up to 500 characters. Default: empty.</summary>
        public string PlayerLine { get; set; } = "";

        /// <summary>The beat's mood. Null: inferred.</summary>
        public Mood? Mood { get; set; }

        /// <summary>Which media and how. Null: all of them, as PNG and WAV.</summary>
        public WantedMedia? Media { get; set; }

        /// <summary>At most so many lines, 1 to 8. Null: 3.</summary>
        public int? MaxLines { get; set; }

        /// <summary>At most so many words a line, 3 to 60. Null: 24.</summary>
        public int? MaxWords { get; set; }

        /// <summary>Where the randomness of lines and sounds comes from, 0 to 2^63 - 1. Null: drawn by the server.</summary>
        public ulong? Seed { get; set; }

        /// <summary>Draw new pictures instead of reusing the story's. Default: false.</summary>
        public bool Regenerate { get; set; }

        /// <summary>
        /// Makes a retry safe: 1 to 128 characters, unique in the session. Null: the client makes one for a session's beat,
        /// so that its own retries never play twice; give one to be safe across a restart of the game too.
        /// </summary>
        public string? IdempotencyKey { get; set; }

        /// <summary>Make equal requests at the same session revision give equal lines, slower. Default: false.</summary>
        public bool Deterministic { get; set; }

        /// <summary>The beat's deadline. Null: <see cref="NarrativeClientOptions.BeatTimeout"/>.</summary>
        public TimeSpan? Timeout { get; set; }

        /// <summary>
        /// Lines written by hand for this trigger, played when the server cannot play the beat. When it breaks off after some
        /// lines, those stand, and the fallback lines from that position on follow. Empty: the error is thrown.
        /// </summary>
        public List<FallbackLine> FallbackLines { get; } = new List<FallbackLine>();
    }

    /// <summary>A line written by hand, for when there is no server. Immutable.</summary>
    public sealed class FallbackLine
    {
        /// <summary>Makes a line.</summary>
        /// <param name="speaker">Who speaks.</param>
        /// <param name="text">The words; not empty.</param>
        /// <param name="emotion">The feeling; default: neutral.</param>
        public FallbackLine(string speaker, string text, Emotion emotion = Emotion.Neutral)
        {
            if (string.IsNullOrWhiteSpace(text))
            {
                throw new ArgumentException("A fallback line needs words.", nameof(text));
            }

            Speaker = speaker ?? throw new ArgumentNullException(nameof(speaker));
            Text = text.Trim();
            Emotion = emotion;
        }

        /// <summary>Who speaks.</summary>
        public string Speaker { get; }

        /// <summary>The words.</summary>
        public string Text { get; }

        /// <summary>The feeling.</summary>
        public Emotion Emotion { get; }
    }
}
