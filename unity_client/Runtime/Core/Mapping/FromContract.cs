using System;
using System.Collections.Generic;
using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;

namespace Narrative
{
    /// <summary>Messages of the contracts to values of the public API. Values of enums newer than this client become 0.</summary>
    internal static class FromContract
    {
        public static Session Session(V1.Session? message)
        {
            message ??= new V1.Session();
            return new Session(
                message.SessionId, message.Title, Context(message.Context), (int)message.Revision, message.Place,
                message.ParentSessionId, Time(message.CreateTime), Time(message.UpdateTime));
        }

        public static BeatSummary Summary(V1.BeatSummary message) => new BeatSummary(
            message.BeatId, (int)message.Index, Trigger(message.Trigger), message.Place, Mood(message.Mood),
            List(message.Lines, line => new HistoryLine(line.Speaker, line.Text)), State(message.State), Time(message.CreateTime),
            message.RevisedBeatId, message.Continues);

        public static LineFinished Line(V1.LineFinished message) => new LineFinished(
            (int)message.Index, message.Speaker, Emotion(message.Emotion), message.Text, (int)message.DurationMs);

        public static GeneratedLines Lines(IReadOnlyList<LineFinished> lines, V1.LinesFinished message) => new GeneratedLines(
            lines, message.Seed, Mood(message.Mood), (int)message.PromptTokens, (int)message.CachedTokens,
            (int)message.OutputTokens, message.PrefillMs, message.DecodeMs);

        public static Analysis Analysis(V1.AnalyzeResponse message) => new Analysis(
            Mood(message.Mood), List(message.Scores, one => new EmotionScore(Emotion(one.Emotion), one.Score)), message.Valence,
            List(message.Keywords, word => word), List(message.Embedding, number => number),
            List(message.SharedEmbedding, number => number));

        public static ServerInfo Info(V1.GetServerInfoResponse message)
        {
            V1.Limits limits = message.Limits ?? new V1.Limits();
            V1.Load load = message.Load ?? new V1.Load();
            return new ServerInfo(
                message.ServerVersion,
                message.ContractVersion,
                List(message.Engines, Engine),
                new ServerLimits(
                    (int)limits.MaxRequestBytes, (int)limits.MaxActiveBeats, (int)limits.MaxQueuedBeats,
                    (int)limits.MaxQueuedBeatsPerSession, (int)limits.MaxCast, (int)limits.MaxLines, (int)limits.MaxVariants),
                new ServerLoad(
                    (int)load.ActiveBeats, (int)load.QueuedBeats, (int)load.ActiveGenerations, (int)load.QueuedCalls),
                List(message.ExperimentalCalls, call => call));
        }

        public static Asset Asset(V1.Asset? message)
        {
            message ??= new V1.Asset();
            (Medium medium, V1.Picture? picture, V1.Sound? sound) = message.ContentCase switch
            {
                V1.Asset.ContentOneofCase.Background => (Narrative.Medium.Background, message.Background, null),
                V1.Asset.ContentOneofCase.Sprite => (Narrative.Medium.Sprite, message.Sprite, null),
                V1.Asset.ContentOneofCase.Sound => (Narrative.Medium.Sound, (V1.Picture?)null, message.Sound),
                _ => (Narrative.Medium.Unspecified, null, null),
            };
            return new Asset(
                message.AssetId, message.SessionId, message.Text, Time(message.CreateTime), medium,
                picture == null ? null : Picture(picture), sound == null ? null : Sound(sound));
        }

        public static Picture Picture(V1.Picture? message)
        {
            message ??= new V1.Picture();
            return new Picture(
                message.AssetId, message.Data.Memory,
                message.Encoding <= V1.PictureEncoding.Rgba32 ? (PictureEncoding)message.Encoding : PictureEncoding.Unspecified,
                (int)message.WidthPx, (int)message.HeightPx, message.HasGroundY ? message.GroundY : (float?)null,
                message.Facing <= V1.Facing.Right ? (Facing)message.Facing : Facing.Unknown,
                message.PivotX, message.PivotY, message.Text, message.Seed);
        }

        public static Sound Sound(V1.Sound? message)
        {
            message ??= new V1.Sound();
            return new Sound(
                message.AssetId, message.Data.Memory,
                message.Encoding <= V1.SoundEncoding.WavFloat32 ? (SoundEncoding)message.Encoding : SoundEncoding.Unspecified,
                (int)message.DurationMs, (int)message.SampleRateHz, (int)message.Channels, message.PeakDbfs,
                message.LoudnessLufs, message.Text, message.Seed);
        }

        public static Mood Mood(V1.Mood? message) => message == null
            ? new Mood(Narrative.Emotion.Unspecified)
            : new Mood(Emotion(message.Emotion), message.HasIntensity ? message.Intensity : (float?)null);

        public static Emotion Emotion(V1.Emotion value) =>
            value <= V1.Emotion.Surprise ? (Emotion)value : Narrative.Emotion.Unspecified;

        public static Medium Medium(V1.Medium value) =>
            value <= V1.Medium.Sound ? (Medium)value : Narrative.Medium.Unspecified;

        public static BeatState State(V1.BeatState value) =>
            value <= V1.BeatState.Partial ? (BeatState)value : BeatState.Unspecified;

        public static IReadOnlyList<TTo> List<TFrom, TTo>(RepeatedField<TFrom> field, Func<TFrom, TTo> read)
        {
            if (field.Count == 0)
            {
                return Array.Empty<TTo>();
            }

            var list = new TTo[field.Count];
            for (int index = 0; index < list.Length; index++)
            {
                list[index] = read(field[index]);
            }

            return list;
        }

        private static EngineInfo Engine(V1.EngineInfo message) => new EngineInfo(
            message.Name, message.Kind, message.Model,
            message.State <= V1.EngineState.Stopped ? (EngineState)message.State : EngineState.Unspecified,
            message.Detail, (int)message.Restarts, (int)message.Active, (int)message.Queued);

        private static StoryContext Context(V1.StoryContext? message)
        {
            var context = new StoryContext();
            if (message == null)
            {
                return context;
            }

            context.World = message.World;
            context.StyleWords = message.Style?.SourceCase == V1.Style.SourceOneofCase.Words ? message.Style.Words : "";
            context.Seed = message.HasSeed ? message.Seed : (ulong?)null;
            context.Controls = Controls(message.Controls);
            context.Facts.AddRange(message.Facts);
            foreach (V1.Character one in message.Cast)
            {
                context.Cast.Add(new Character(one.Name) { Persona = one.Persona, Look = one.Look, Voice = one.Voice });
            }

            return context;
        }

        private static DialogueControls? Controls(V1.DialogueControls? message)
        {
            if (message == null)
            {
                return null;
            }

            var controls = new DialogueControls
            {
                ContentLevel = message.ContentLevel <= V1.ContentLevel.Mature
                    ? (ContentLevel)message.ContentLevel : ContentLevel.Unspecified,
                Temperature = message.HasTemperature ? message.Temperature : (float?)null,
                AvoidRepeats = message.HasAvoidRepeats ? message.AvoidRepeats : (bool?)null,
            };
            controls.BannedWords.AddRange(message.BannedWords);
            return controls;
        }

        private static StoryTrigger Trigger(V1.Trigger? message)
        {
            var trigger = new StoryTrigger(message?.Event ?? "", message?.Kind ?? "");
            if (message != null)
            {
                foreach (KeyValuePair<string, string> pair in message.Parameters)
                {
                    trigger.Parameters[pair.Key] = pair.Value;
                }
            }

            return trigger;
        }

        private static DateTime Time(Timestamp? time) => time?.ToDateTime() ?? DateTime.SpecifyKind(default, DateTimeKind.Utc);
    }
}
