using System;

namespace Narrative
{
    /// <summary>
    /// Reads the events of one beat. A delta costs no allocation: its text is the message's own string. Kinds newer than this
    /// client are left out, and told once each.
    /// </summary>
    internal sealed class BeatEventReader
    {
        private readonly Action<string>? _log;
        private bool _toldUnknown;

        public BeatEventReader(Action<string>? log) => _log = log;

        /// <summary>Reads one event; false when its kind is not known here.</summary>
        public bool TryRead(V1.BeatEvent message, out BeatEvent result)
        {
            int sequence = (int)message.Sequence;
            if (message.EventCase == V1.BeatEvent.EventOneofCase.LineDelta)
            {
                result = BeatEvent.OfDelta(sequence, (int)message.LineDelta.Index, message.LineDelta.Text);
                return true;
            }

            (BeatEventKind kind, object? payload) = Read(message);
            if (payload == null)
            {
                TellUnknown(sequence);
                result = default;
                return false;
            }

            result = BeatEvent.Of(kind, sequence, payload);
            return true;
        }

        private void TellUnknown(int sequence)
        {
            if (!_toldUnknown)
            {
                _toldUnknown = true;
                _log?.Invoke(
                    $"The server sent an event (number {sequence}) of a kind that this client does not know; it is left out.");
            }
        }

        private static (BeatEventKind Kind, object? Payload) Read(V1.BeatEvent message) => message.EventCase switch
        {
            V1.BeatEvent.EventOneofCase.Accepted => (BeatEventKind.Accepted, Accepted(message.Accepted)),
            V1.BeatEvent.EventOneofCase.LineStarted => (BeatEventKind.LineStarted, LineStarted(message.LineStarted)),
            V1.BeatEvent.EventOneofCase.LineFinished => (BeatEventKind.LineFinished, FromContract.Line(message.LineFinished)),
            V1.BeatEvent.EventOneofCase.Narration => (BeatEventKind.Narration, message.Narration.Text),
            V1.BeatEvent.EventOneofCase.Background => (BeatEventKind.Background, Background(message.Background)),
            V1.BeatEvent.EventOneofCase.Sprite => (BeatEventKind.Sprite, Sprite(message.Sprite)),
            V1.BeatEvent.EventOneofCase.Sound => (BeatEventKind.Sound, Sound(message.Sound)),
            V1.BeatEvent.EventOneofCase.Timeline => (BeatEventKind.Timeline, Timeline(message.Timeline)),
            V1.BeatEvent.EventOneofCase.Staging => (BeatEventKind.Staging, Staging(message.Staging)),
            V1.BeatEvent.EventOneofCase.Warning => (BeatEventKind.Warning, Warning(message.Warning)),
            V1.BeatEvent.EventOneofCase.Finished => (BeatEventKind.Finished, Finished(message.Finished)),
            _ => (BeatEventKind.None, null),
        };

        private static BeatAccepted Accepted(V1.BeatAccepted message)
        {
            V1.BeatPlan plan = message.Plan ?? new V1.BeatPlan();
            return new BeatAccepted(
                message.SessionId, message.BeatId, message.Seed, message.StorySeed, (int)message.SessionRevision,
                new BeatPlan(
                    FromContract.Mood(plan.Mood),
                    FromContract.List(plan.Present, name => name),
                    plan.Background == null ? null : Planned(plan.Background),
                    FromContract.List(plan.Sprites, Planned),
                    FromContract.List(plan.Sounds, Planned)),
                message.RevisedBeatId);
        }

        private static PlannedPicture Planned(V1.PlannedPicture message) =>
            new PlannedPicture(message.Key, message.Text, message.Character);

        private static PlannedSound Planned(V1.PlannedSound message) =>
            new PlannedSound(message.Key, message.Text, Anchor(message.Anchor), message.OffsetMs);

        private static LineStarted LineStarted(V1.LineStarted message) =>
            new LineStarted((int)message.Index, message.Speaker, FromContract.Emotion(message.Emotion));

        private static BackgroundReady Background(V1.BackgroundReady message) =>
            new BackgroundReady(message.Key, FromContract.Picture(message.Picture));

        private static SpriteReady Sprite(V1.SpriteReady message) =>
            new SpriteReady(message.Key, message.Character, FromContract.Picture(message.Picture));

        private static SoundReady Sound(V1.SoundReady message) =>
            new SoundReady(message.Key, FromContract.Sound(message.Sound), message.Proposed);

        private static Timeline Timeline(V1.Timeline message) => new Timeline(
            (int)message.Revision, FromContract.List(message.Cues, Cue), message.Final,
            FromContract.List(message.TimedCues, TimedCue), (int)message.TotalMs);

        private static TimedCue TimedCue(V1.TimedCue message) =>
            new TimedCue(Cue(message.Cue), (int)message.StartMs, (int)message.DurationMs);

        private static Cue Cue(V1.Cue? message)
        {
            message ??= new V1.Cue();
            (CueTarget target, int line, string key) = message.TargetCase switch
            {
                V1.Cue.TargetOneofCase.Line => (CueTarget.Line, (int)message.Line, ""),
                V1.Cue.TargetOneofCase.BackgroundKey => (CueTarget.Background, 0, message.BackgroundKey),
                V1.Cue.TargetOneofCase.SpriteKey => (CueTarget.Sprite, 0, message.SpriteKey),
                V1.Cue.TargetOneofCase.SoundKey => (CueTarget.Sound, 0, message.SoundKey),
                _ => (CueTarget.Unknown, 0, ""),
            };
            return new Cue(target, line, key, Anchor(message.Anchor), message.OffsetMs);
        }

        private static Anchor Anchor(V1.Anchor? message) => message?.Edge switch
        {
            V1.AnchorEdge.End => new Anchor((int)message.Line, AnchorEdge.End),
            V1.AnchorEdge.Word => new Anchor((int)message.Line, AnchorEdge.Word, (int)message.Word),
            _ => new Anchor((int)(message?.Line ?? 0), AnchorEdge.Start),
        };

        private static Staging Staging(V1.Staging message) => new Staging(
            (int)message.Revision, (int)message.WidthPx, (int)message.HeightPx, (int)message.GroundYPx,
            FromContract.List(message.Placements, Placement));

        private static Placement Placement(V1.Placement message) =>
            new Placement(message.SpriteKey, message.XPx, message.YPx, message.Scale, message.Mirrored, message.Z);

        private static BeatWarning Warning(V1.BeatWarning message) => new BeatWarning(
            FromContract.Medium(message.Medium), message.Key, Code(message.Code), message.Retryable, message.Message);

        private static WarningCode Code(V1.WarningCode value) =>
            value <= V1.WarningCode.ContextTrimmed ? (WarningCode)value : WarningCode.Unspecified;

        private static BeatFinished Finished(V1.BeatFinished message)
        {
            V1.BeatTimings times = message.Timings ?? new V1.BeatTimings();
            return new BeatFinished(
                FromContract.State(message.State),
                FromContract.List(message.Reasons, Code),
                new BeatTimings(
                    (int)times.QueuedMs,
                    times.HasFirstDeltaMs ? (int)times.FirstDeltaMs : (int?)null,
                    times.HasFirstPictureMs ? (int)times.FirstPictureMs : (int?)null,
                    times.HasFirstSoundMs ? (int)times.FirstSoundMs : (int?)null,
                    times.HasDialogueMs ? (int)times.DialogueMs : (int?)null,
                    (int)times.TotalMs),
                FromContract.List(message.Scores, Score),
                message.Replayed,
                (int)message.SessionRevision);
        }

        private static BeatScore Score(V1.BeatScore message) =>
            new BeatScore(FromContract.Medium(message.Medium), message.Key, message.Metric, message.Value);
    }
}
