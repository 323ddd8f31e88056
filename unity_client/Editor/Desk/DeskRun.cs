using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using UnityEngine;

namespace Narrative
{
    /// <summary>The Story Desk's calls: plays, revises and rates beats in a session of its own. Main thread only.</summary>
    internal sealed class DeskRun
    {
        private CancellationTokenSource? _cancel;
        private BeatFeed? _feed;
        private string _sessionId = "";
        private StoryAsset? _sessionStory;

        /// <summary>The beat on the desk; null: none yet.</summary>
        public BeatDraft? Draft { get; private set; }

        /// <summary>Why the last call failed; empty: it did not.</summary>
        public string Error { get; private set; } = "";

        /// <summary>What the last call that was not a beat did; empty: nothing to tell.</summary>
        public string Note { get; private set; } = "";

        public bool Running { get; private set; }

        /// <summary>Plays the form's beat.</summary>
        public void Play(StoryDeskPreset form) => _ = RunAsync(async (client, cancelled) =>
        {
            if (_sessionId.Length == 0 || _sessionStory != form.Story)
            {
                StoryContext? context = form.Story != null ? form.Story.ToContext() : null;
                _sessionId = (await client.CreateSessionAsync(context, "Story Desk", cancellationToken: cancelled)).Id;
                _sessionStory = form.Story;
            }

            return client.PlayBeatAsync(form.ToRequest(_sessionId));
        });

        /// <summary>Makes the draft again, as its locks and edits say.</summary>
        public void Revise(bool keepRest)
        {
            BeatRevision revision = Draft!.Revision(keepRest);
            _ = RunAsync((client, cancelled) => Task.FromResult(client.ReviseBeatAsync(revision)));
        }

        /// <summary>Forgets the session: the next beat begins a new story.</summary>
        public void StartNewSession() => _sessionId = "";

        /// <summary>Says how good the beat was, or a line of it.</summary>
        public async Task RateAsync(float score, int? line)
        {
            BeatAccepted accepted = Draft!.Accepted!;
            var rating = new BeatRating(accepted.SessionId, accepted.BeatId, score);
            if (line is int index)
            {
                rating.Part = BeatPart.OfLine(index);
                rating.BetterText = Draft.Lines[index].Edited ? Draft.Lines[index].Wanted.Trim() : "";
            }

            try
            {
                NarrativeClient client = await EditorConnection.Shared.GetClientAsync();
                await client.RateBeatAsync(rating, EditorConnection.Shared.Closed);
                Note = line == null ? "The beat is rated." : $"Line {line + 1} is rated.";
            }
            catch (Exception failure)
            {
                Tell(failure);
            }
        }

        /// <summary>Stops what runs; the server keeps nothing of it.</summary>
        public void Cancel() => _cancel?.Cancel();

        /// <summary>Takes what has come; true: something has changed.</summary>
        public bool Pump()
        {
            BeatFeed? feed = _feed;
            if (feed == null)
            {
                return false;
            }

            bool changed = false;
            while (feed.TryTake(out FedEvent fed))
            {
                Draft!.Take(fed);
                changed = true;
            }

            if (feed.Ended)
            {
                _feed = null;
                Running = false;
                changed = true;
                if (feed.Failure != null)
                {
                    Tell(feed.Failure);
                }
            }

            return changed;
        }

        private async Task RunAsync(Func<NarrativeClient, CancellationToken, Task<IAsyncEnumerable<BeatEvent>>> open)
        {
            Running = true;
            Error = Note = "";
            _cancel = CancellationTokenSource.CreateLinkedTokenSource(EditorConnection.Shared.Closed);
            CancellationToken cancelled = _cancel.Token;
            try
            {
                NarrativeClient client = await EditorConnection.Shared.GetClientAsync();
                IAsyncEnumerable<BeatEvent> events = await open(client, cancelled);
                Draft = new BeatDraft();
                _feed = BeatFeed.Start(events, Pixels.Prepare, Debug.LogWarning, true, cancelled);
            }
            catch (Exception failure)
            {
                Running = false;
                Tell(failure);
            }
        }

        private void Tell(Exception failure)
        {
            if (failure is NarrativeException known)
            {
                Error = known.Message;
                foreach (FieldViolation violation in known.Violations)
                {
                    Error += $"\n{violation}";
                }

                _sessionId = known.Code == NarrativeErrorCode.NotFound ? "" : _sessionId; // the server lost it
            }
            else if (failure is OperationCanceledException)
            {
                Note = "Stopped; the server keeps nothing of this beat.";
            }
            else
            {
                Error = failure.Message;
            }
        }
    }
}
