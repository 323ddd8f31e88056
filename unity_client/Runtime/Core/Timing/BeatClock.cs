using System;
using System.Collections.Generic;

namespace Narrative
{
    /// <summary>
    /// Plays a beat in time: feed it the beat's events as they come, move it on each frame, and it tells what is due. It starts
    /// with the first line, long before the beat's end is known: a line that is not there yet is waited for, and all that
    /// hangs on it waits too. Time comes from outside, so that it can be paused, scaled or tested. Not for several threads.
    /// </summary>
    public sealed class BeatClock
    {
        private readonly List<ClockLine> _lines = new List<ClockLine>();
        private readonly List<Cue> _pending = new List<Cue>();
        private readonly Dictionary<string, int> _soundsMs = new Dictionary<string, int>();
        private int _next; // the line that plays, or the one to play next
        private bool _playing;
        private bool _gapSkipped;
        private bool _noMoreLines;
        private bool _told;
        private double _busyUntilMs;

        /// <summary>A line begins; the argument is its index.</summary>
        public event Action<int>? LineStarted;

        /// <summary>A line is over, by its time or skipped.</summary>
        public event Action<int>? LineEnded;

        /// <summary>A background, sprite or sound is due. Lines have <see cref="LineStarted"/>.</summary>
        public event Action<Cue>? CueReached;

        /// <summary>A sound is left out: its moment was skipped, or is too long past.</summary>
        public event Action<Cue>? SoundDropped;

        /// <summary>Everything was played; raised once.</summary>
        public event Action? Finished;

        /// <summary>Milliseconds that it has run.</summary>
        public double NowMs { get; private set; }

        /// <summary>Whether it stands still. Default: false.</summary>
        public bool Paused { get; set; }

        /// <summary>Whether a line stays until <see cref="SkipLine"/>, for games where the player clicks on. Default: false.</summary>
        public bool HoldLines { get; set; }

        /// <summary>A sound whose moment is so long past, in milliseconds, is dropped. Default: 1000.</summary>
        public int LateSoundMs { get; set; } = 1000;

        /// <summary>The line that plays; -1 between lines.</summary>
        public int CurrentLine => _playing ? _next : -1;

        /// <summary>How many characters of the line that plays are to be seen by now; 0 between lines.</summary>
        public int VisibleCharacters { get; private set; }

        /// <summary>Whether everything was played.</summary>
        public bool IsFinished => _told;

        /// <summary>Takes an event of the beat. Nothing is raised here.</summary>
        public void Feed(in BeatEvent told)
        {
            switch (told.Kind)
            {
                case BeatEventKind.LineStarted:
                    LineAt(told.LineStarted.Index);
                    break;
                case BeatEventKind.LineDelta:
                    LineAt(told.LineDelta.Index).Receive(told.LineDelta.Text);
                    break;
                case BeatEventKind.LineFinished:
                    LineAt(told.LineFinished.Index).Finish(told.LineFinished.Text, told.LineFinished.DurationMs, NowMs);
                    break;
                case BeatEventKind.Sound:
                    _soundsMs[told.Sound.Key] = told.Sound.Sound.DurationMs;
                    break;
                case BeatEventKind.Timeline:
                    FeedCues(told.Timeline);
                    break;
                case BeatEventKind.Finished:
                    CloseLines();
                    break;
                case BeatEventKind.Restarted:
                    Reset();
                    break;
            }
        }

        /// <summary>The beat broke off: no more of it comes, and what came is played to its end. Nothing is raised here.</summary>
        public void Close() => CloseLines();

        /// <summary>Lets time pass and raises what has become due, in order of time.</summary>
        /// <param name="elapsedMs">Milliseconds since the last call, 0 or more.</param>
        public void Advance(double elapsedMs)
        {
            if (!(elapsedMs >= 0) || double.IsInfinity(elapsedMs))
            {
                throw new ArgumentOutOfRangeException(nameof(elapsedMs), elapsedMs, $"elapsedMs is {elapsedMs}; legal: 0 or more.");
            }

            if (Paused)
            {
                return;
            }

            NowMs += elapsedMs;
            while (RaiseEarliest())
            {
            }

            UpdateVisible();
        }

        /// <summary>Shows the rest of the line at once; it keeps its time. False: there is none, or nothing is left to show.</summary>
        public bool HurryUp()
        {
            if (!_playing || VisibleCharacters >= _lines[_next].Received)
            {
                return false;
            }

            _lines[_next].Hurried = true;
            UpdateVisible();
            return true;
        }

        /// <summary>
        /// Ends the line that plays, or the pause before the next one. Sounds of the skipped part are dropped, pictures appear
        /// at once. False: nothing was there to skip.
        /// </summary>
        public bool SkipLine()
        {
            if (_playing)
            {
                _lines[_next].Cut(NowMs);
            }
            else if (_next < _lines.Count && !_gapSkipped)
            {
                _gapSkipped = true;
            }
            else
            {
                return false;
            }

            Advance(0);
            return true;
        }

        /// <summary>Forgets the beat, for the next one.</summary>
        public void Reset()
        {
            _lines.Clear();
            _pending.Clear();
            _soundsMs.Clear();
            _next = 0;
            _playing = _gapSkipped = _noMoreLines = _told = false;
            _busyUntilMs = NowMs = 0;
            VisibleCharacters = 0;
        }

        private ClockLine LineAt(int index)
        {
            while (_lines.Count <= index)
            {
                _lines.Add(new ClockLine(NowMs));
            }

            return _lines[index];
        }

        private void FeedCues(Timeline timeline)
        {
            foreach (Cue cue in timeline.Cues)
            {
                if (cue.Target == CueTarget.Line)
                {
                    LineAt(cue.Line).GapMs = cue.OffsetMs;
                }
                else if (cue.Target != CueTarget.Unknown)
                {
                    _pending.Add(cue);
                }
            }
        }

        private void CloseLines()
        {
            _noMoreLines = true;
            foreach (ClockLine line in _lines)
            {
                line.GiveUp(NowMs);
            }
        }

        /// <summary>Raises the earliest thing that is due; false when there is none.</summary>
        private bool RaiseEarliest()
        {
            double lineMs = _playing ? EndOf(_lines[_next]) : StartOf(_next);
            int earliest = -1;
            double earliestMs = NowMs;
            for (int index = 0; index < _pending.Count; index++)
            {
                double cueMs = TimeOf(_pending[index]);
                if (cueMs <= NowMs && (earliest < 0 || cueMs < earliestMs))
                {
                    earliest = index;
                    earliestMs = cueMs;
                }
            }

            if (lineMs <= NowMs && (earliest < 0 || lineMs <= earliestMs))
            {
                RaiseLine(lineMs);
                return true;
            }

            if (earliest >= 0)
            {
                RaiseCue(earliest, earliestMs);
                return true;
            }

            RaiseFinished();
            return false;
        }

        private void RaiseLine(double timeMs)
        {
            ClockLine line = _lines[_next];
            int index = _next;
            if (_playing)
            {
                line.EndMs = timeMs;
                _playing = false;
                _next++;
                VisibleCharacters = 0;
                LineEnded?.Invoke(index);
            }
            else
            {
                line.StartMs = timeMs;
                _playing = true;
                _gapSkipped = false;
                LineStarted?.Invoke(index);
            }
        }

        private void RaiseCue(int index, double timeMs)
        {
            Cue cue = _pending[index];
            _pending.RemoveAt(index);
            if (cue.Target != CueTarget.Sound)
            {
                CueReached?.Invoke(cue);
            }
            else if (NowMs - timeMs > LateSoundMs || WasSkipped(cue))
            {
                SoundDropped?.Invoke(cue);
            }
            else
            {
                _soundsMs.TryGetValue(cue.Key, out int durationMs);
                _busyUntilMs = Math.Max(_busyUntilMs, NowMs + durationMs);
                CueReached?.Invoke(cue);
            }
        }

        private void RaiseFinished()
        {
            if (!_told && _noMoreLines && !_playing && _next >= _lines.Count && _pending.Count == 0 && NowMs >= _busyUntilMs)
            {
                _told = true;
                Finished?.Invoke();
            }
        }

        /// <summary>
        /// When a line began or will begin: after the one before it and its pause, never before it came; infinite while that
        /// is not known.
        /// </summary>
        private double StartOf(int index)
        {
            if (index >= _lines.Count)
            {
                return double.PositiveInfinity;
            }

            ClockLine line = _lines[index];
            if (!double.IsInfinity(line.StartMs))
            {
                return line.StartMs;
            }

            if (_gapSkipped && index == _next)
            {
                return NowMs;
            }

            double afterMs = index == 0
                ? Math.Max(0, line.GapMs ?? 0) : EndOf(_lines[index - 1]) + (line.GapMs ?? OfflineBeat.LineGapMs);
            return Math.Max(afterMs, line.ArrivedMs);
        }

        private double EndOf(ClockLine line)
        {
            if (line.WasCut || !double.IsInfinity(line.EndMs))
            {
                return line.WasCut ? line.CutMs : line.EndMs;
            }

            // A line that came whole only after its time has run out ends now, and not in the past.
            return HoldLines || !line.IsWhole ? double.PositiveInfinity : Math.Max(line.StartMs + line.DurationMs, line.WholeMs);
        }

        /// <summary>When a cue is due; infinite while what it hangs on is not known.</summary>
        private double TimeOf(Cue cue)
        {
            if (cue.Anchor.Line >= _lines.Count)
            {
                if (!_noMoreLines)
                {
                    return double.PositiveInfinity;
                }

                return _lines.Count == 0 ? Math.Max(0, cue.OffsetMs) : EndOf(_lines[_lines.Count - 1]) + cue.OffsetMs;
            }

            ClockLine line = _lines[cue.Anchor.Line];
            if (cue.Anchor.Edge == AnchorEdge.End)
            {
                return EndOf(line) + cue.OffsetMs;
            }

            double timeMs = line.At(StartOf(cue.Anchor.Line), cue.Anchor) + cue.OffsetMs;
            return line.WasCut ? Math.Min(timeMs, line.CutMs) : timeMs;
        }

        /// <summary>Whether a cue's own moment lies in the part of a line that was skipped.</summary>
        private bool WasSkipped(Cue cue)
        {
            if (cue.Anchor.Line >= _lines.Count || cue.Anchor.Edge == AnchorEdge.End)
            {
                return false;
            }

            ClockLine line = _lines[cue.Anchor.Line];
            return line.WasCut && line.At(line.StartMs, cue.Anchor) + cue.OffsetMs > line.CutMs;
        }

        private void UpdateVisible() => VisibleCharacters = _playing ? Math.Max(VisibleCharacters, _lines[_next].VisibleAt(NowMs)) : 0;
    }
}
