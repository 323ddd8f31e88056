using System;
using System.Threading.Tasks;
using Narrative.Sockets;

namespace Narrative.ConsoleGame
{
    /// <summary>
    /// A level of twenty triggers in a row. All runs on one thread, a frame at a time, as a game has it; the player waits at
    /// a trigger until its beat was played.
    /// </summary>
    public sealed class Level
    {
        private const int TriggerCount = 20;
        private const int WarmUpTriggers = 4; // they compile what the others run
        private const double StepBetweenTriggers = 3;
        private const double FrameMs = 100; // of story time; frames are played as fast as the machine can
        private static readonly string[] Places = { "market square, dusk", "old mill, rain", "chapel, candlelight", "forest path, fog" };

        private readonly NarrativeClient _client;
        private readonly Session _session;
        private readonly Durations _firstDelta = new Durations();
        private int _lines;

        private Level(NarrativeClient client, Session session)
        {
            _client = client;
            _session = session;
        }

        /// <summary>Walks through the level; blocks until its end.</summary>
        /// <param name="address">The server's host:port.</param>
        /// <returns>What was seen, in a sentence.</returns>
        /// <exception cref="AggregateException">Holds what was wrong with a beat, or why the server could not be used.</exception>
        public static string Walk(string address)
        {
            Level? level = null;
            FrameLoop loop = FrameLoop.Run(
                async () =>
                {
                    var options = new NarrativeClientOptions { ConnectTimeout = TimeSpan.FromSeconds(30) };
                    using NarrativeClient client = await NarrativeClient.ConnectAsync(
                        SocketsTransport.Http2(address), new SystemTime(), options);
                    var story = new StoryContext { World = "A valley that was rich once." };
                    story.Cast.Add(new Character("Mira") { Persona = "A knight who keeps her word." });
                    story.Cast.Add(new Character("Grik") { Persona = "A goblin trader." });
                    level = new Level(client, await client.CreateSessionAsync(story));
                    await level.WalkAsync();
                },
                TimeSpan.FromMinutes(10));
            return level!.Report(loop);
        }

        private async Task WalkAsync()
        {
            int raised = 0;
            for (double position = 0; raised < TriggerCount; position++)
            {
                if (position >= (raised + 1) * StepBetweenTriggers)
                {
                    if (raised == WarmUpTriggers)
                    {
                        FrameLoop.Running.Steps.Clear();
                        _firstDelta.Clear();
                    }

                    await PlayAsync(raised++);
                }

                await Task.Yield(); // a frame
            }

            Session session = await _client.GetSessionAsync(_session.Id);
            Check(session.Revision == TriggerCount, $"the session has {session.Revision} beats");
        }

        private async Task PlayAsync(int number)
        {
            var request = new BeatRequest(_session.Id, new StoryTrigger($"The player reaches sign {number + 1}.", "enter_area"))
            {
                Place = Places[number % Places.Length],
            };
            var beat = new PlayedBeat();
            DateTime began = DateTime.UtcNow;
            BeatHandle handle = _client.OpenBeat(request);
            handle.AnyEvent += beat.Take;
            Task<BeatFinished> playing = handle.PlayAsync();
            while (!playing.IsCompleted || !beat.Clock.IsFinished)
            {
                if (playing.IsFaulted)
                {
                    break;
                }

                beat.Clock.Advance(FrameMs);
                await Task.Delay(1);
            }

            await playing;
            beat.CheckAll(number);
            _firstDelta.Add(beat.FirstDelta - began);
            _lines += beat.LinesPlayed;
        }

        private string Report(FrameLoop loop)
        {
            Durations steps = loop.Steps;
            return FormattableString.Invariant($"{TriggerCount} beats, {_lines} lines, all right. After {WarmUpTriggers} beats: ")
                + FormattableString.Invariant($"first words after {_firstDelta.Median:0.0} ms (median), ")
                + FormattableString.Invariant($"{_firstDelta.Max:0.0} ms (longest); {steps.Count} steps of the frame loop: median ")
                + FormattableString.Invariant($"{steps.Median:0.000} ms, 99% below {steps.P99:0.00} ms, longest {steps.Max:0.0} ms");
        }

        internal static void Check(bool holds, string wrong)
        {
            if (!holds)
            {
                throw new InvalidOperationException(wrong);
            }
        }
    }
}
