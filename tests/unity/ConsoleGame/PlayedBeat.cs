using System;
using System.Collections.Generic;
using System.Linq;

namespace Narrative.ConsoleGame
{
    /// <summary>One beat as a game plays it: what came, and what the clock made of it.</summary>
    internal sealed class PlayedBeat
    {
        private readonly List<BeatEvent> _told = new List<BeatEvent>();
        private readonly List<int> _started = new List<int>();
        private readonly HashSet<string> _reached = new HashSet<string>();

        public PlayedBeat()
        {
            Clock.LineStarted += _started.Add;
            Clock.CueReached += cue => _reached.Add(cue.Key);
            Clock.SoundDropped += cue => _reached.Add(cue.Key);
        }

        public BeatClock Clock { get; } = new BeatClock();

        public DateTime FirstDelta { get; private set; }

        public int LinesPlayed => _started.Count;

        public void Take(BeatEvent told)
        {
            if (told.Kind == BeatEventKind.LineDelta && FirstDelta == default)
            {
                FirstDelta = DateTime.UtcNow;
            }

            _told.Add(told);
            Clock.Feed(told);
        }

        /// <summary>Checks the whole beat against what the contracts promise.</summary>
        public void CheckAll(int number)
        {
            string beat = $"beat {number}: ";
            Level.Check(_told[0].Kind == BeatEventKind.Accepted, beat + "accepted is not first");
            Level.Check(_told[0].Accepted.SessionRevision == number, beat + "another revision");
            Level.Check(_told[^1].Kind == BeatEventKind.Finished, beat + "finished is not last");
            Level.Check(_told[^1].Finished.State == BeatState.Complete, beat + "not complete");
            Level.Check(_told.Select(one => one.Sequence).SequenceEqual(Enumerable.Range(0, _told.Count)), beat + "gaps in the sequence");
            CheckLines(beat);
            CheckMedia(beat);
        }

        private void CheckLines(string beat)
        {
            LineFinished[] lines = _told.Where(one => one.Kind == BeatEventKind.LineFinished).Select(one => one.LineFinished).ToArray();
            Level.Check(lines.Length > 0, beat + "no lines");
            Level.Check(_started.SequenceEqual(Enumerable.Range(0, lines.Length)), beat + "the clock played other lines");
            foreach (LineFinished line in lines)
            {
                string text = string.Concat(_told.Where(one => one.Kind == BeatEventKind.LineDelta && one.LineDelta.Index == line.Index)
                    .Select(one => one.LineDelta.Text));
                Level.Check(text.Trim() == line.Text, beat + "deltas are not the line");
                Level.Check(_told[0].Accepted.Plan.Present.Contains(line.Speaker), beat + line.Speaker + " is not present");
            }
        }

        private void CheckMedia(string beat)
        {
            string[] keys = _told.Select(one => one.Kind switch
            {
                BeatEventKind.Background => one.Background.Key,
                BeatEventKind.Sprite => one.Sprite.Key,
                BeatEventKind.Sound => one.Sound.Key,
                _ => "",
            }).Where(key => key.Length > 0).ToArray();
            Level.Check(keys.Length >= 3, beat + "media are missing");
            Level.Check(keys.All(_reached.Contains), beat + "the clock left out a cue");
            Staging staging = _told.Last(one => one.Kind == BeatEventKind.Staging).Staging;
            int sprites = _told.Count(one => one.Kind == BeatEventKind.Sprite);
            Level.Check(staging.Placements.Count == sprites, beat + "a sprite has no place");
        }
    }
}
