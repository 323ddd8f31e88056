using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Reflection;
using System.Threading;
using System.Threading.Tasks;
using Google.Protobuf;
using Grpc.Core;
using UnityEngine;
using Xunit;

namespace Narrative.Tests
{
    /// <summary>A scene with a player and all its views, on doubles of the engine, and a scripted server.</summary>
    internal sealed class Game : IDisposable
    {
        private const double FrameMs = 50;

        private readonly SynchronizationContext? _before = SynchronizationContext.Current;

        public Game(int attempts = 1)
        {
            Engine.Start();
            Script.Answer<V1.CreateSessionRequest, V1.CreateSessionResponse>(
                "narrative_server.v1.StoryService/CreateSession",
                (request, _) => Task.FromResult(new V1.CreateSessionResponse
                {
                    Session = new V1.Session { SessionId = request.SessionId },
                }));
            Connection = new GameObject("connection").AddComponent<NarrativeConnection>();
            Connection.Settings = ScriptableObject.CreateInstance<NarrativeSettings>();
            SetField(Connection.Settings, "_maxAttempts", attempts);
            Connection.TransportFactory = _ => NarrativeTransport.FromInvoker(Script, "a script");
            Scene = new GameObject("scene");
            Player = Scene.AddComponent<BeatPlayer>();
            Player.Connection = Connection;
            Dialogue = new GameObject("dialogue").AddComponent<DialogueView>();
            Dialogue.SetTexts(TextOn(out Speaker), TextOn(out Line), TextOn(out Caption));
            Player.Views.Dialogue = Dialogue;
            Player.Views.Background = new GameObject("background").AddComponent<BackgroundView>();
            Player.Views.Stage = new GameObject("stage").AddComponent<SpriteStage>();
            Player.Views.Sounds = new GameObject("sounds").AddComponent<SoundPlayer>();
            Player.Events.Started.AddListener(() => Told.Add("started"));
            Player.Events.LineStarted.AddListener(speaker => Told.Add($"{speaker}:"));
            Player.Events.LineEnded.AddListener(words => Told.Add(words));
            Player.Events.Warned.AddListener(sentence => Told.Add($"warned {sentence}"));
            Player.Events.Finished.AddListener(() => Told.Add("finished"));
            Player.Events.Failed.AddListener(sentence => Told.Add($"failed {sentence}"));
        }

        public ScriptedInvoker Script { get; } = Tests.Script.Server();

        public NarrativeConnection Connection { get; }

        public GameObject Scene { get; }

        public BeatPlayer Player { get; }

        public DialogueView Dialogue { get; }

        /// <summary>What the player's events told, in order.</summary>
        public List<string> Told { get; } = new List<string>();

        public readonly TextMesh Speaker;

        public readonly TextMesh Line;

        public readonly TextMesh Caption;

        /// <summary>A beat to ask for, without fallback lines.</summary>
        public static StoryBeat Beat(string what = "It rains.", params string[] fallback)
        {
            var beat = new StoryBeat { Event = what };
            foreach (string line in fallback)
            {
                beat.FallbackLines.Add(new FallbackEntry { Speaker = "Ben", Text = line });
            }

            return beat;
        }

        /// <summary>A beat that plays without a server.</summary>
        public static StoryBeatAsset Baked(params string[] lines) =>
            StoryBeatAsset.Of(lines.Select(line => new FallbackLine("Mira", line)));

        /// <summary>Plays frames.</summary>
        public void Frames(int count, double milliseconds = FrameMs)
        {
            for (int frame = 0; frame < count; frame++)
            {
                Engine.Frame(milliseconds);
            }
        }

        /// <summary>Plays frames until something holds; fails when it does not come to hold.</summary>
        public void Until(Func<bool> holds, double milliseconds = FrameMs)
        {
            var clock = Stopwatch.StartNew();
            while (!holds())
            {
                Assert.True(clock.Elapsed < TimeSpan.FromSeconds(30), "it did not come to hold within 30 s");
                Engine.Frame(milliseconds);
                Thread.Sleep(1); // beats are read on the pool
            }
        }

        /// <summary>Plays frames until a beat is over.</summary>
        public BeatOutcome Outcome(Task<BeatOutcome> beat)
        {
            Until(() => beat.IsCompleted);
            return beat.GetAwaiter().GetResult();
        }

        /// <summary>A serialised field, as the inspector sets it.</summary>
        public static void SetField(object target, string name, object value) =>
            target.GetType().GetField(name, BindingFlags.Instance | BindingFlags.NonPublic)!.SetValue(target, value);

        public void Dispose()
        {
            SynchronizationContext.SetSynchronizationContext(_before);
            Assert.Empty(Engine.Errors);
        }

        private static GameObject TextOn(out TextMesh text)
        {
            var holder = new GameObject("text");
            text = holder.AddComponent<TextMesh>();
            return holder;
        }
    }

    /// <summary>Beats with media, as a server sends them.</summary>
    internal static class MediaBeat
    {
        /// <summary>One line with a background, a sprite and a sound of a tenth of a second.</summary>
        public static IEnumerable<V1.PlayBeatResponse> Of(string words, byte[]? background = null, byte[]? sprite = null, byte[]? sound = null)
        {
            List<V1.BeatEvent> events = Script.Beat("b", words).Select(one => one.Event).ToList();
            events.InsertRange(1, new[]
            {
                new V1.BeatEvent { Background = new V1.BackgroundReady { Key = "place", Picture = Raw(4, 2, background) } },
                new V1.BeatEvent { Sprite = new V1.SpriteReady { Key = "ada", Character = "Ada", Picture = Raw(2, 2, sprite) } },
                new V1.BeatEvent { Sound = new V1.SoundReady { Key = "rain", Sound = Rain(sound) } },
                new V1.BeatEvent { Timeline = Cues() },
                new V1.BeatEvent { Staging = Stage() },
            });
            return Script.Numbered(events);
        }

        private static V1.Picture Raw(uint width, uint height, byte[]? data) => new V1.Picture
        {
            WidthPx = width, HeightPx = height, Encoding = V1.PictureEncoding.Rgba32, PivotX = 0.5f, PivotY = 1,
            Data = ByteString.CopyFrom(data ?? new byte[width * height * 4]),
        };

        private static V1.Sound Rain(byte[]? data) => new V1.Sound
        {
            DurationMs = 100, SampleRateHz = 22050, Channels = 1,
            Data = ByteString.CopyFrom(data ?? WavTest.File(1, 16, 1, new byte[4410])),
        };

        private static V1.Timeline Cues()
        {
            var start = new V1.Anchor { Line = 0, Edge = V1.AnchorEdge.Start };
            return new V1.Timeline
            {
                Revision = 1,
                Cues =
                {
                    new V1.Cue { BackgroundKey = "place", Anchor = start },
                    new V1.Cue { SpriteKey = "ada", Anchor = start, OffsetMs = 200 },
                    new V1.Cue { SoundKey = "rain", Anchor = start, OffsetMs = 400 },
                },
            };
        }

        private static V1.Staging Stage() => new V1.Staging
        {
            Revision = 1, WidthPx = 160, HeightPx = 96, GroundYPx = 67,
            Placements = { new V1.Placement { SpriteKey = "ada", XPx = 80, YPx = 67, Scale = 1 } },
        };
    }
}
