using System;
using System.Collections.Generic;
using UnityEngine;

namespace Narrative
{
    /// <summary>
    /// One beat while it plays: takes events from its feed, moves the clock, and shows what is due. A frame costs the events
    /// that have come, one budget of uploads, and the text. Main thread only.
    /// </summary>
    internal sealed class PlayingBeat
    {
        private readonly BeatViews _views;
        private readonly BeatEvents _events;
        private readonly BeatMedia _media;
        private readonly List<TypedLine> _lines = new List<TypedLine>();
        private readonly List<LineStarted?> _started = new List<LineStarted?>();
        private BeatFeed? _feed;
        private Exception? _broken;
        private bool _left;

        public PlayingBeat(BeatOrder order, BeatViews views, BeatEvents events, int uploadBytes)
        {
            Order = order;
            _views = views;
            _events = events;
            _media = new BeatMedia(order.Baked, views, events, uploadBytes);
            Clock.LineStarted += BeginLine;
            Clock.LineEnded += EndLine;
            Clock.CueReached += _media.Reach;
            Clock.SoundDropped += cue => _media.DropSound(cue.Key);
        }

        public BeatOrder Order { get; }

        public BeatClock Clock { get; } = new BeatClock();

        /// <summary>The beat as the server accepted it; null before.</summary>
        public BeatAccepted? Accepted { get; private set; }

        /// <summary>Whether fallback lines are played.</summary>
        public bool FellBack { get; private set; }

        /// <summary>Why it broke; null: it did not.</summary>
        public Exception? Failure { get; private set; }

        /// <summary>Whether everything was played.</summary>
        public bool IsFinished => Clock.IsFinished && _media.Waiting == 0;

        /// <summary>Its events come from here.</summary>
        public void Open(BeatFeed feed) => _feed = feed;

        /// <summary>It could not even be opened.</summary>
        public void Fail(Exception error) => Failure ??= error;

        /// <summary>Plays a frame.</summary>
        /// <param name="elapsedMs">Milliseconds since the last one.</param>
        /// <param name="observer">Gets every event; null: nobody.</param>
        public void Advance(double elapsedMs, Action<BeatEvent>? observer)
        {
            if (_feed == null)
            {
                return; // still connecting
            }

            while (!_left && _feed.TryTake(out FedEvent fed))
            {
                Take(fed);
                observer?.Invoke(fed.Told);
            }

            if (_left)
            {
                return; // a listener stopped it
            }

            if (_feed.Ended && _feed.Failure != null && _broken == null)
            {
                Break(_feed.Failure);
                return;
            }

            _media.RunUploads();
            Clock.Advance(elapsedMs);
            if (Clock.IsFinished && !_left)
            {
                _media.ShowRest();
                Failure ??= _broken;
            }

            if (_views.Dialogue != null && Clock.CurrentLine >= 0 && !_left)
            {
                _views.Dialogue.Refresh(Clock.VisibleCharacters, Clock.NowMs);
            }
        }

        /// <summary>Clears the words; pictures stay until the next beat.</summary>
        public void Leave()
        {
            _left = true;
            _media.Clear();
            if (_views.Dialogue != null)
            {
                _views.Dialogue.End();
            }
        }

        /// <summary>The stream broke. Lines that came are still played to their end: no words vanish while they are read.</summary>
        private void Break(Exception failure)
        {
            if (_lines.Count == 0 || failure is OperationCanceledException)
            {
                Failure ??= failure;
                return;
            }

            _broken = failure;
            Clock.Close();
            _events.Warned.Invoke($"The beat broke off: {failure.Message}");
        }

        private void Take(in FedEvent fed)
        {
            BeatEvent told = fed.Told;
            Clock.Feed(told);
            switch (told.Kind)
            {
                case BeatEventKind.Restarted:
                    Restart();
                    break;
                case BeatEventKind.Accepted:
                    Accepted = told.Accepted;
                    break;
                case BeatEventKind.LineStarted:
                    LineAt(told.LineStarted.Index);
                    _started[told.LineStarted.Index] = told.LineStarted;
                    break;
                case BeatEventKind.LineDelta:
                    LineAt(told.LineDelta.Index).Append(told.LineDelta.Text);
                    break;
                case BeatEventKind.LineFinished:
                    LineAt(told.LineFinished.Index).Set(told.LineFinished.Text);
                    break;
                case BeatEventKind.Narration:
                    ShowCaption(told.Narration);
                    break;
                case BeatEventKind.Warning:
                    BeatWarning warning = told.Warning;
                    _events.Warned.Invoke($"{warning.Medium} {warning.Key}: {warning.Message}");
                    break;
                case BeatEventKind.Finished:
                    FellBack = told.Finished.FallbackReason != null;
                    break;
                default:
                    _media.Take(fed);
                    break;
            }
        }

        private TypedLine LineAt(int index)
        {
            while (_lines.Count <= index)
            {
                _lines.Add(new TypedLine());
                _started.Add(null);
            }

            return _lines[index];
        }

        private void BeginLine(int index)
        {
            TypedLine line = LineAt(index);
            LineStarted? started = _started[index];
            if (_views.Dialogue != null)
            {
                _views.Dialogue.Begin(started, line);
            }

            _events.LineStarted.Invoke(started?.Speaker ?? "");
            _events.Emotion.Invoke((started?.Emotion ?? Emotion.Neutral).ToString());
        }

        private void EndLine(int index)
        {
            TypedLine line = LineAt(index);
            _events.LineEnded.Invoke(line.Start(line.Length));
        }

        private void ShowCaption(string text)
        {
            if (_views.Dialogue != null)
            {
                _views.Dialogue.ShowCaption(text);
            }

            _events.Narration.Invoke(text);
        }

        private void Restart()
        {
            _lines.Clear();
            _started.Clear();
            _media.Clear();
            if (_views.Dialogue != null)
            {
                _views.Dialogue.End();
            }
        }
    }
}
