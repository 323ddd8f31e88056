using System;
using System.Collections.Generic;

namespace Narrative
{
    /// <summary>A line of a draft.</summary>
    internal sealed class DraftLine
    {
        public DraftLine(LineStarted started)
        {
            Speaker = started.Speaker;
            Emotion = started.Emotion;
        }

        public string Speaker { get; }

        public Emotion Emotion { get; set; }

        /// <summary>As the server has it; grows while the line streams.</summary>
        public string Text { get; set; } = "";

        /// <summary>As the author wants it.</summary>
        public string Wanted { get; set; } = "";

        public int DurationMs { get; set; }

        /// <summary>Whether it is complete.</summary>
        public bool Whole { get; set; }

        /// <summary>Whether it is kept when the rest is made again.</summary>
        public bool Locked { get; set; }

        /// <summary>Whether the author changed it.</summary>
        public bool Edited => Whole && Wanted.Trim() != Text && Wanted.Trim().Length > 0;
    }

    /// <summary>A background, sprite or sound of a draft.</summary>
    internal sealed class DraftMedium
    {
        public DraftMedium(
            Medium medium, string key, string character, string text, ReadOnlyMemory<byte> file, object? decoded)
        {
            File = file;
            Medium = medium;
            Key = key;
            Character = character;
            Text = text;
            Decoded = decoded;
        }

        public Medium Medium { get; }

        public string Key { get; }

        public string Character { get; }

        /// <summary>The words that it was made from.</summary>
        public string Text { get; }

        /// <summary><see cref="Pixels"/> or <see cref="Wav"/>; null when it did not decode.</summary>
        public object? Decoded { get; }

        /// <summary>As it came: a WAV file, or a picture in the encoding asked for.</summary>
        public ReadOnlyMemory<byte> File { get; }

        public bool Locked { get; set; }
    }

    /// <summary>A beat on an author's desk: gathered from its events, locked, edited, revised, baked.</summary>
    internal sealed class BeatDraft
    {
        private readonly List<Cue> _cues = new List<Cue>();
        private readonly List<string> _narration = new List<string>();
        private Staging? _staging;
        private int _totalMs;

        /// <summary>Null before the beat is accepted.</summary>
        public BeatAccepted? Accepted { get; private set; }

        /// <summary>Null before its end.</summary>
        public BeatFinished? Finished { get; private set; }

        public List<DraftLine> Lines { get; } = new List<DraftLine>();

        public List<DraftMedium> Media { get; } = new List<DraftMedium>();

        public List<BeatWarning> Warnings { get; } = new List<BeatWarning>();

        /// <summary>Captions, in order.</summary>
        public IReadOnlyList<string> Narration => _narration;

        /// <summary>Whether it is stored in a session, so that it can be revised and rated.</summary>
        public bool Stored => Finished != null && Finished.FallbackReason == null && Accepted!.SessionId.Length > 0;

        /// <summary>Takes an event with its decoded medium.</summary>
        public void Take(in FedEvent fed)
        {
            BeatEvent told = fed.Told;
            switch (told.Kind)
            {
                case BeatEventKind.Restarted:
                    Clear();
                    break;
                case BeatEventKind.Accepted:
                    Accepted = told.Accepted;
                    break;
                case BeatEventKind.LineStarted:
                    Lines.Add(new DraftLine(told.LineStarted));
                    break;
                case BeatEventKind.LineDelta:
                    Lines[told.LineDelta.Index].Text += told.LineDelta.Text;
                    break;
                case BeatEventKind.LineFinished:
                    TakeLine(told.LineFinished);
                    break;
                case BeatEventKind.Narration:
                    _narration.Add(told.Narration);
                    break;
                case BeatEventKind.Timeline:
                    _cues.AddRange(told.Timeline.Cues);
                    _totalMs = told.Timeline.TotalMs;
                    break;
                case BeatEventKind.Staging:
                    _staging = told.Staging;
                    break;
                case BeatEventKind.Warning:
                    Warnings.Add(told.Warning);
                    break;
                case BeatEventKind.Finished:
                    Finished = told.Finished;
                    break;
                default:
                    TakeMedium(told, fed.Medium);
                    break;
            }
        }

        /// <summary>What to ask of the server: the author's words, what is locked, and the rest anew.</summary>
        /// <param name="keepRest">Whether everything that was not edited is kept.</param>
        public BeatRevision Revision(bool keepRest)
        {
            var revision = new BeatRevision(Accepted!.SessionId, Accepted.BeatId);
            for (int index = 0; index < Lines.Count; index++)
            {
                if (Lines[index].Edited)
                {
                    revision.Edits.Add(new LineEdit(index, Lines[index].Wanted.Trim()));
                }
                else if (keepRest || Lines[index].Locked)
                {
                    revision.Locked.Add(BeatPart.OfLine(index));
                }
            }

            foreach (DraftMedium medium in Media)
            {
                if (keepRest || medium.Locked)
                {
                    revision.Locked.Add(BeatPart.OfMedium(medium.Key));
                }
            }

            return revision;
        }

        /// <summary>The beat without its bytes. A medium that did not decode is left out.</summary>
        /// <param name="event">What happened, for the author.</param>
        /// <param name="place">Where, for the author.</param>
        public BakedBeat Bake(string @event, string place)
        {
            var baked = new BakedBeat { Event = @event, Place = place, TotalMs = _totalMs };
            baked.Emotion = Accepted?.Plan.Mood.Emotion ?? Emotion.Neutral;
            baked.Narration.AddRange(_narration);
            foreach (DraftLine line in Lines)
            {
                baked.Lines.Add(new BakedLine
                {
                    Speaker = line.Speaker, Emotion = line.Emotion, Text = line.Text, DurationMs = line.DurationMs,
                });
            }

            foreach (DraftMedium medium in Media)
            {
                if (medium.Decoded != null)
                {
                    baked.Media.Add(Bake(medium));
                }
            }

            foreach (Cue cue in _cues)
            {
                if (cue.Target == CueTarget.Line || baked.Media.Exists(medium => medium.Key == cue.Key))
                {
                    baked.Cues.Add(Bake(cue));
                }
            }

            BakeStaging(baked);
            return baked;
        }

        private static BakedMedium Bake(DraftMedium medium)
        {
            var baked = new BakedMedium
            {
                Medium = medium.Medium, Key = medium.Key, Character = medium.Character, Text = medium.Text,
            };
            switch (medium.Decoded)
            {
                case Pixels pixels:
                    baked.WidthPx = pixels.Picture.WidthPx;
                    baked.HeightPx = pixels.Picture.HeightPx;
                    baked.GroundY = pixels.Picture.GroundY ?? baked.GroundY;
                    baked.Facing = pixels.Picture.Facing;
                    baked.PivotX = pixels.Picture.PivotX;
                    baked.PivotY = pixels.Picture.PivotY;
                    break;
                case Wav wav:
                    baked.DurationMs = (int)(wav.Frames * 1000L / wav.RateHz);
                    baked.LoopStart = wav.LoopStart;
                    baked.LoopEnd = wav.LoopEnd;
                    break;
            }

            return baked;
        }

        private static BakedCue Bake(Cue cue) => new BakedCue
        {
            Target = cue.Target, Line = cue.Line, Key = cue.Key, AnchorLine = cue.Anchor.Line, Edge = cue.Anchor.Edge,
            Word = cue.Anchor.Word, OffsetMs = cue.OffsetMs,
        };

        private void BakeStaging(BakedBeat baked)
        {
            if (_staging == null)
            {
                return;
            }

            baked.StageWidthPx = _staging.WidthPx;
            baked.StageHeightPx = _staging.HeightPx;
            baked.GroundYPx = _staging.GroundYPx;
            foreach (Placement one in _staging.Placements)
            {
                baked.Placements.Add(new BakedPlacement
                {
                    SpriteKey = one.SpriteKey, XPx = one.XPx, YPx = one.YPx, Scale = one.Scale, Mirrored = one.Mirrored, Z = one.Z,
                });
            }
        }

        private void TakeLine(LineFinished finished)
        {
            DraftLine line = Lines[finished.Index];
            line.Text = line.Wanted = finished.Text;
            line.Emotion = finished.Emotion;
            line.DurationMs = finished.DurationMs;
            line.Whole = true;
        }

        private void TakeMedium(in BeatEvent told, object? decoded)
        {
            switch (told.Kind)
            {
                case BeatEventKind.Background:
                    Add(Medium.Background, told.Background.Key, "", told.Background.Picture, decoded);
                    break;
                case BeatEventKind.Sprite:
                    Add(Medium.Sprite, told.Sprite.Key, told.Sprite.Character, told.Sprite.Picture, decoded);
                    break;
                case BeatEventKind.Sound:
                    Sound sound = told.Sound.Sound;
                    Media.Add(new DraftMedium(Medium.Sound, told.Sound.Key, "", sound.Text, sound.Data, decoded));
                    break;
            }
        }

        private void Add(Medium medium, string key, string character, Picture picture, object? decoded) =>
            Media.Add(new DraftMedium(medium, key, character, picture.Text, picture.Data, decoded));

        private void Clear()
        {
            Accepted = null;
            Finished = null;
            Lines.Clear();
            Media.Clear();
            Warnings.Clear();
            _cues.Clear();
            _narration.Clear();
            _staging = null;
        }
    }
}
