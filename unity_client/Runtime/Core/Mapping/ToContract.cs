using System;
using System.Collections.Generic;

namespace Narrative
{
    /// <summary>
    /// Requests of the public API to messages of the contracts. Refuses what a message cannot carry (null, negative numbers),
    /// naming the field; limits are the server's to check.
    /// </summary>
    internal static partial class ToContract
    {
        public static V1.PlayBeatRequest Beat(BeatRequest request)
        {
            var message = new V1.PlayBeatRequest
            {
                Trigger = request.Trigger == null ? null : Trigger(request.Trigger),
                Place = Text(request.Place, "place"),
                PlayerLine = Text(request.PlayerLine, "player_line"),
                Mood = Mood(request.Mood),
                Regenerate = request.Regenerate,
                Deterministic = request.Deterministic,
                IdempotencyKey = request.IdempotencyKey ?? "",
                Controls = Controls(request.Controls),
                ContinueBeat = request.ContinueBeat,
            };
            if (request.SessionId != null)
            {
                message.SessionId = request.SessionId;
            }
            else
            {
                message.Inline = Inline(request.Inline!);
            }

            AddCast(message.Cast, request.Cast, "cast");
            AddTexts(message.Facts, request.Facts, "facts");
            if (request.Media != null)
            {
                message.Media = Media(request.Media);
            }

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

        public static V1.StoryContext Context(StoryContext context)
        {
            var message = new V1.StoryContext { World = Text(context.World, "world") };
            AddCast(message.Cast, context.Cast, "context.cast");
            AddTexts(message.Facts, context.Facts, "context.facts");
            message.Style = Style(context.StyleWords);
            message.Controls = Controls(context.Controls);
            if (context.Seed is ulong seed)
            {
                message.Seed = seed;
            }

            return message;
        }

        public static V1.ReviseBeatRequest Revision(BeatRevision revision)
        {
            var message = new V1.ReviseBeatRequest
            {
                SessionId = revision.SessionId,
                BeatId = revision.BeatId,
                IdempotencyKey = revision.IdempotencyKey ?? "",
                Controls = Controls(revision.Controls),
            };
            foreach (BeatPart part in revision.Locked)
            {
                message.Locked.Add(Part(part));
            }

            foreach (LineEdit edit in revision.Edits)
            {
                message.Edits.Add(new V1.LineEdit
                {
                    Line = Count(edit.Line, "edits.line"),
                    Text = Text(edit.Text, "edits.text"),
                    Emotion = (V1.Emotion)edit.Emotion,
                });
            }

            if (revision.Seed is ulong seed)
            {
                message.Seed = seed;
            }

            return message;
        }

        public static V1.RateBeatRequest Rating(BeatRating rating)
        {
            var message = new V1.RateBeatRequest
            {
                SessionId = rating.SessionId,
                BeatId = rating.BeatId,
                Score = rating.Score,
                BetterText = Text(rating.BetterText, "better_text"),
                Part = rating.Part is BeatPart part ? Part(part) : null,
            };
            AddTexts(message.Tags, rating.Tags, "tags");
            return message;
        }

        public static V1.GenerateSpriteRequest Sprite(PictureRequest request)
        {
            var message = new V1.GenerateSpriteRequest
            {
                Text = request.Text,
                Mood = Mood(request.Mood),
                Format = Format(request.Format),
                Variants = Count(request.Variants, "variants"),
                Style = Style(request.StyleWords),
            };
            if (request.Seed is ulong seed)
            {
                message.Seed = seed;
            }

            return message;
        }

        public static V1.GenerateBackgroundRequest Background(PictureRequest request)
        {
            var message = new V1.GenerateBackgroundRequest
            {
                Text = request.Text,
                Mood = Mood(request.Mood),
                Format = Format(request.Format),
                Variants = Count(request.Variants, "variants"),
                Style = Style(request.StyleWords),
            };
            if (request.Seed is ulong seed)
            {
                message.Seed = seed;
            }

            return message;
        }

        public static V1.GenerateSoundRequest Sound(SoundRequest request)
        {
            var message = new V1.GenerateSoundRequest
            {
                Text = request.Text,
                DurationMs = Count(request.DurationMs, "duration_ms"),
                Format = Format(request.Format),
                Variants = Count(request.Variants, "variants"),
            };
            if (request.Intensity is float intensity)
            {
                message.Intensity = intensity;
            }

            if (request.Seed is ulong seed)
            {
                message.Seed = seed;
            }

            return message;
        }

        public static V1.SearchAssetsRequest Search(AssetSearch search)
        {
            var message = new V1.SearchAssetsRequest { Limit = Count(search.Limit, "limit") };
            if (search.Text != null)
            {
                message.Text = search.Text;
            }
            else if (search.AssetId != null)
            {
                message.AssetId = search.AssetId;
            }
            else if (!search.PicturePng.IsEmpty)
            {
                message.PicturePng = Bytes(search.PicturePng);
            }
            else
            {
                message.SoundWav = Bytes(search.SoundWav);
            }

            foreach (Medium medium in search.Media)
            {
                message.Media.Add((V1.Medium)medium);
            }

            return message;
        }

        private static V1.InlineStory Inline(InlineStory story)
        {
            var message = new V1.InlineStory { Context = Context(story.Context) };
            AddHistory(message.History, story.History);
            return message;
        }

        private static void AddHistory(ICollection<V1.HistoryLine> target, List<HistoryLine> history)
        {
            foreach (HistoryLine line in history)
            {
                target.Add(new V1.HistoryLine
                {
                    Speaker = Text(line.Speaker, "history.speaker"),
                    Text = Text(line.Text, "history.text"),
                });
            }
        }

        private static V1.Trigger Trigger(StoryTrigger trigger)
        {
            var message = new V1.Trigger
            {
                Event = Text(trigger.Event, "trigger.event"),
                Kind = Text(trigger.Kind, "trigger.kind"),
            };
            foreach (KeyValuePair<string, string> pair in trigger.Parameters)
            {
                message.Parameters.Add(pair.Key, Text(pair.Value, "trigger.parameters"));
            }

            return message;
        }

        private static V1.WantedMedia Media(WantedMedia media) => new V1.WantedMedia
        {
            Background = media.Background,
            Sprites = media.Sprites,
            Sounds = media.Sounds,
            BackgroundFormat = Format(media.BackgroundFormat),
            SpriteFormat = Format(media.SpriteFormat),
            SoundFormat = Format(media.SoundFormat),
        };

        private static V1.PictureFormat? Format(PictureFormat? format) => format == null ? null : new V1.PictureFormat
        {
            Encoding = (V1.PictureEncoding)format.Encoding,
            WidthPx = Count(format.WidthPx, "width_px"),
            HeightPx = Count(format.HeightPx, "height_px"),
            Colours = Count(format.Colours, "colours"),
        };

        private static V1.SoundFormat? Format(SoundFormat? format) => format == null ? null : new V1.SoundFormat
        {
            Encoding = (V1.SoundEncoding)format.Encoding,
            SampleRateHz = Count(format.SampleRateHz, "sample_rate_hz"),
        };

        private static V1.Mood? Mood(Mood? mood)
        {
            if (mood == null)
            {
                return null;
            }

            var message = new V1.Mood { Emotion = (V1.Emotion)mood.Emotion };
            if (mood.Intensity is float intensity)
            {
                message.Intensity = intensity;
            }

            return message;
        }

        private static V1.DialogueControls? Controls(DialogueControls? controls)
        {
            if (controls == null)
            {
                return null;
            }

            var message = new V1.DialogueControls { ContentLevel = (V1.ContentLevel)controls.ContentLevel };
            AddTexts(message.BannedWords, controls.BannedWords, "controls.banned_words");
            if (controls.Temperature is float temperature)
            {
                message.Temperature = temperature;
            }

            if (controls.AvoidRepeats is bool avoid)
            {
                message.AvoidRepeats = avoid;
            }

            return message;
        }

        private static V1.Style? Style(string? words) => string.IsNullOrEmpty(words) ? null : new V1.Style { Words = words };

        private static V1.BeatPart Part(BeatPart part) =>
            part.Key != null ? new V1.BeatPart { Key = part.Key } : new V1.BeatPart { Line = Count(part.Line, "part.line") };

        private static void AddCast(ICollection<V1.Character> target, List<Character> cast, string field)
        {
            foreach (Character character in cast)
            {
                if (character == null)
                {
                    throw new ArgumentException($"{field} has a null; legal: characters.");
                }

                target.Add(new V1.Character
                {
                    Name = Text(character.Name, field + ".name"),
                    Persona = Text(character.Persona, field + ".persona"),
                    Look = Text(character.Look, field + ".look"),
                    Voice = Text(character.Voice, field + ".voice"),
                });
            }
        }

        private static void AddTexts(ICollection<string> target, List<string> texts, string field)
        {
            foreach (string text in texts)
            {
                target.Add(Text(text, field));
            }
        }

        private static string Text(string? value, string field) =>
            value ?? throw new ArgumentException($"{field} is null; legal: text, empty for none.");

        private static uint Count(int value, string field) =>
            value >= 0 ? (uint)value : throw new ArgumentException($"{field} is {value}; legal: 0 or more.");
    }
}
