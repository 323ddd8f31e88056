using System;
using System.Collections.Generic;

namespace Narrative
{
    /// <summary>
    /// Lines written by hand, as the events of a beat, for when there is no server. A client plays them by itself; use this
    /// where not even a client could be had.
    /// </summary>
    public static class OfflineBeat
    {
        /// <summary>Silence between lines, in milliseconds, as the server has it.</summary>
        public const int LineGapMs = 350;

        /// <summary>The last delta of a line that broke off.</summary>
        public const string BrokenOff = "\u2026";

        private const int ShortestLineMs = 600;
        private const int MsPerWord = 60_000 / 155;

        /// <summary>Whether a beat's fallback lines may be played instead of raising an error.</summary>
        /// <param name="request">What was asked for; null: nothing can stand in.</param>
        /// <param name="reason">How it failed. Mistakes of the request itself are always raised.</param>
        public static bool CanStandIn(BeatRequest? request, NarrativeException reason)
        {
            if (request == null || request.FallbackLines.Count == 0)
            {
                return false;
            }

            return reason.Code != NarrativeErrorCode.InvalidArgument && reason.Code != NarrativeErrorCode.NotFound
                && reason.Code != NarrativeErrorCode.AlreadyExists;
        }

        /// <summary>The fallback lines of a request as events, all at once: a <see cref="BeatClock"/> gives them their time.</summary>
        /// <param name="request">Its <see cref="BeatRequest.FallbackLines"/> are played, at least one.</param>
        /// <param name="reason">Told in <see cref="BeatFinished.FallbackReason"/>.</param>
        /// <exception cref="ArgumentException">It has none.</exception>
        public static IReadOnlyList<BeatEvent> Play(BeatRequest request, NarrativeException reason)
        {
            if (request.FallbackLines.Count == 0)
            {
                throw new ArgumentException("The request has no fallback lines.", nameof(request));
            }

            var events = new List<BeatEvent> { BeatEvent.Of(BeatEventKind.Accepted, -1, Accepted(request)) };
            var cues = new List<Cue>();
            var timed = new List<TimedCue>();
            int nowMs = 0, totalMs = 0;
            for (int index = 0; index < request.FallbackLines.Count; index++)
            {
                int durationMs = DurationMs(request.FallbackLines[index].Text);
                AddLine(events, index, request.FallbackLines[index]);
                Anchor anchor = index == 0 ? new Anchor(0, AnchorEdge.Start) : new Anchor(index - 1, AnchorEdge.End);
                cues.Add(new Cue(CueTarget.Line, index, "", anchor, index == 0 ? 0 : LineGapMs));
                timed.Add(new TimedCue(cues[index], nowMs, durationMs));
                totalMs = nowMs + durationMs;
                nowMs = totalMs + LineGapMs;
            }

            events.Add(BeatEvent.Of(BeatEventKind.Timeline, -1, new Timeline(1, cues, true, timed, totalMs)));
            events.Add(BeatEvent.Of(BeatEventKind.Finished, -1, Finished(reason)));
            return events;
        }

        /// <summary>
        /// The end of a beat that broke off after some lines: the line that was cut gets an ellipsis as its last delta and no
        /// LineFinished, and the fallback lines from that position on are told after it. There is no further timeline.
        /// </summary>
        /// <param name="request">Its fallback lines are counted from the beat's first line on.</param>
        /// <param name="reason">Told in <see cref="BeatFinished.FallbackReason"/>.</param>
        /// <param name="wholeLines">How many lines were told to their end.</param>
        /// <param name="cut">Whether one more was begun.</param>
        internal static IReadOnlyList<BeatEvent> GoOn(BeatRequest request, NarrativeException reason, int wholeLines, bool cut)
        {
            var events = new List<BeatEvent>();
            int index = wholeLines;
            if (cut)
            {
                events.Add(BeatEvent.OfDelta(-1, index++, BrokenOff));
            }

            for (int next = wholeLines; next < request.FallbackLines.Count; next++)
            {
                AddLine(events, index++, request.FallbackLines[next]);
            }

            events.Add(BeatEvent.Of(BeatEventKind.Finished, -1, Finished(reason)));
            return events;
        }

        /// <summary>How long a text takes to say at 155 words a minute, in milliseconds.</summary>
        internal static int DurationMs(string text)
        {
            int words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length;
            return Math.Max(ShortestLineMs, words * MsPerWord);
        }

        private static void AddLine(List<BeatEvent> events, int index, FallbackLine line)
        {
            events.Add(BeatEvent.Of(BeatEventKind.LineStarted, -1, new LineStarted(index, line.Speaker, line.Emotion)));
            events.Add(BeatEvent.OfDelta(-1, index, line.Text));
            events.Add(BeatEvent.Of(
                BeatEventKind.LineFinished, -1,
                new LineFinished(index, line.Speaker, line.Emotion, line.Text, DurationMs(line.Text))));
        }

        private static BeatAccepted Accepted(BeatRequest request)
        {
            var present = new List<string>();
            foreach (FallbackLine line in request.FallbackLines)
            {
                if (!present.Contains(line.Speaker))
                {
                    present.Add(line.Speaker);
                }
            }

            Mood mood = request.Mood ?? new Mood(request.FallbackLines[0].Emotion);
            var plan = new BeatPlan(mood, present, null, Array.Empty<PlannedPicture>(), Array.Empty<PlannedSound>());
            return new BeatAccepted(request.SessionId ?? "", "", 0, 0, 0, plan, "");
        }

        private static BeatFinished Finished(NarrativeException reason) => new BeatFinished(
            BeatState.Partial, Array.Empty<WarningCode>(), new BeatTimings(0, null, null, null, null, 0), Array.Empty<BeatScore>(),
            false, 0, reason);
    }
}
