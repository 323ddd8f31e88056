using System;
using Google.Protobuf;

namespace Narrative
{
    /// <content>Lines alone and beats written by hand.</content>
    internal static partial class ToContract
    {
        /// <summary>The intensity of a mood that does not say (the contracts' own default).</summary>
        private const float UsualIntensity = 0.65f;

        public static ByteString Bytes(ReadOnlyMemory<byte> data) => ByteString.CopyFrom(data.Span);

        public static V1.GenerateLinesRequest Lines(LinesRequest request)
        {
            var message = new V1.GenerateLinesRequest
            {
                Event = Text(request.Event, "event"),
                World = Text(request.World, "world"),
                Place = Text(request.Place, "place"),
                PlayerLine = Text(request.PlayerLine, "player_line"),
                Mood = Mood(request.Mood),
                Deterministic = request.Deterministic,
                Controls = Controls(request.Controls),
            };
            AddCast(message.Cast, request.Cast, "cast");
            AddHistory(message.History, request.History);
            AddTexts(message.Facts, request.Facts, "facts");
            if (request.MaxLines is int lines)
            {
                message.MaxLines = Count(lines, "max_lines");
            }

            if (request.MaxWords is int words)
            {
                message.MaxWords = Count(words, "max_words");
            }

            if (request.Seed is ulong seed)
            {
                message.Seed = seed;
            }

            return message;
        }

        /// <summary>As the events that PlayBeat would stream of it, which the server holds to the same rules.</summary>
        public static V1.ImportBeatRequest Import(WrittenBeat beat)
        {
            var message = new V1.ImportBeatRequest
            {
                SessionId = beat.SessionId,
                Trigger = Trigger(beat.Trigger),
                Place = Text(beat.Place, "place"),
                PlayerLine = Text(beat.PlayerLine, "player_line"),
            };
            var plan = new V1.BeatPlan { Mood = Mood(beat.Mood ?? new Mood(beat.Lines[0].Emotion)) };
            plan.Mood!.Intensity = beat.Mood?.Intensity ?? UsualIntensity;
            void Tell(V1.BeatEvent told)
            {
                told.Sequence = (uint)message.Events.Count;
                message.Events.Add(told);
            }

            Tell(new V1.BeatEvent { Accepted = new V1.BeatAccepted { Plan = plan } });
            var timeline = new V1.Timeline { Revision = 1, Final = true };
            uint startMs = 0;
            for (int index = 0; index < beat.Lines.Count; index++)
            {
                FallbackLine line = beat.Lines[index];
                if (!plan.Present.Contains(line.Speaker))
                {
                    plan.Present.Add(line.Speaker);
                }

                uint durationMs = (uint)OfflineBeat.DurationMs(line.Text);
                TellLine(Tell, (uint)index, line, durationMs);
                V1.Cue cue = LineCue(index);
                timeline.Cues.Add(cue);
                timeline.TimedCues.Add(new V1.TimedCue { Cue = cue, StartMs = startMs, DurationMs = durationMs });
                timeline.TotalMs = startMs + durationMs;
                startMs = timeline.TotalMs + OfflineBeat.LineGapMs;
            }

            Tell(new V1.BeatEvent { Timeline = timeline });
            Tell(new V1.BeatEvent
            {
                Finished = new V1.BeatFinished { State = V1.BeatState.Complete, Timings = new V1.BeatTimings() },
            });
            return message;
        }

        private static void TellLine(Action<V1.BeatEvent> tell, uint index, FallbackLine line, uint durationMs)
        {
            var emotion = (V1.Emotion)line.Emotion;
            tell(new V1.BeatEvent
            {
                LineStarted = new V1.LineStarted { Index = index, Speaker = line.Speaker, Emotion = emotion },
            });
            tell(new V1.BeatEvent { LineDelta = new V1.LineDelta { Index = index, Text = line.Text } });
            tell(new V1.BeatEvent
            {
                LineFinished = new V1.LineFinished
                {
                    Index = index, Speaker = line.Speaker, Emotion = emotion, Text = line.Text, DurationMs = durationMs,
                },
            });
        }

        private static V1.Cue LineCue(int index) => index == 0
            ? new V1.Cue { Line = 0, Anchor = new V1.Anchor { Line = 0, Edge = V1.AnchorEdge.Start } }
            : new V1.Cue
            {
                Line = (uint)index,
                Anchor = new V1.Anchor { Line = (uint)(index - 1), Edge = V1.AnchorEdge.End },
                OffsetMs = OfflineBeat.LineGapMs,
            };
    }
}
