using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using Grpc.Core;
using Narrative.Sockets;

namespace Narrative.Tests
{
    /// <summary>Scripted servers and the events that they send.</summary>
    internal static class Script
    {
        public const string PlayBeat = "narrative_server.v1.StoryService/PlayBeat";
        public const string Info = "narrative_server.v1.InfoService/GetServerInfo";

        /// <summary>Runs a test on one thread, and fails when it hangs.</summary>
        public static void OnOneThread(Func<Task> test) => FrameLoop.Run(test, TimeSpan.FromSeconds(60));

        /// <summary>A script that shakes hands.</summary>
        public static ScriptedInvoker Server(string version = "")
        {
            var script = new ScriptedInvoker();
            var info = new V1.GetServerInfoResponse
            {
                ServerVersion = "9.9.9",
                ContractVersion = version.Length > 0 ? version : NarrativeClient.ContractsVersion,
            };
            script.Answer<V1.GetServerInfoRequest, V1.GetServerInfoResponse>(Info, (_, _) => Task.FromResult(info));
            return script;
        }

        public static Task<NarrativeClient> ConnectAsync(
            ScriptedInvoker script, INarrativeTime? time = null, NarrativeClientOptions? options = null) =>
            NarrativeClient.ConnectAsync(NarrativeTransport.FromInvoker(script, "a script"), time ?? new ManualTime(), options);

        /// <summary>Answers PlayBeat; each attempt gets the next of <paramref name="attempts"/>, the last for all after it.</summary>
        public static List<V1.PlayBeatRequest> Plays(ScriptedInvoker script, params IEnumerable<V1.PlayBeatResponse>[] attempts)
        {
            var requests = new List<V1.PlayBeatRequest>();
            script.AnswerStream<V1.PlayBeatRequest, V1.PlayBeatResponse>(PlayBeat, (request, stop) =>
            {
                requests.Add(request);
                return Stream(attempts[Math.Min(requests.Count, attempts.Length) - 1], stop);
            });
            return requests;
        }

        /// <summary>A whole beat of spoken lines, a delta a word.</summary>
        public static IEnumerable<V1.PlayBeatResponse> Beat(string id, params string[] lines) => Numbered(Events(id, lines));

        public static IEnumerable<V1.PlayBeatResponse> Numbered(IEnumerable<V1.BeatEvent> events) =>
            events.Select((told, index) =>
            {
                told.Sequence = (uint)index;
                return new V1.PlayBeatResponse { Event = told };
            });

        /// <summary>The stream breaks after so many events.</summary>
        public static IEnumerable<V1.PlayBeatResponse> Broken(
            IEnumerable<V1.PlayBeatResponse> events, int after, StatusCode code = StatusCode.Unavailable, Metadata? trailers = null)
        {
            foreach (V1.PlayBeatResponse told in events.Take(after))
            {
                yield return told;
            }

            throw new RpcException(new Status(code, "it broke"), trailers ?? Metadata.Empty);
        }

        public static async IAsyncEnumerable<T> Stream<T>(IEnumerable<T> items, [EnumeratorCancellation] CancellationToken stop = default)
        {
            foreach (T item in items)
            {
                await Task.Yield();
                stop.ThrowIfCancellationRequested();
                yield return item;
            }
        }

        public static async Task<List<BeatEvent>> ListAsync(IAsyncEnumerable<BeatEvent> events)
        {
            var list = new List<BeatEvent>();
            await foreach (BeatEvent told in events)
            {
                list.Add(told);
            }

            return list;
        }

        public static BeatRequest Request() => new BeatRequest("one", new StoryTrigger("It rains."));

        private static IEnumerable<V1.BeatEvent> Events(string id, string[] lines)
        {
            yield return new V1.BeatEvent { Accepted = new V1.BeatAccepted { BeatId = id, SessionId = "one", Plan = new V1.BeatPlan() } };
            for (uint line = 0; line < lines.Length; line++)
            {
                yield return new V1.BeatEvent { LineStarted = new V1.LineStarted { Index = line, Speaker = "Ada", Emotion = V1.Emotion.Joy } };
                string[] words = lines[line].Split(' ');
                for (int word = 0; word < words.Length; word++)
                {
                    string text = (word == 0 ? "" : " ") + words[word];
                    yield return new V1.BeatEvent { LineDelta = new V1.LineDelta { Index = line, Text = text } };
                }

                yield return new V1.BeatEvent
                {
                    LineFinished = new V1.LineFinished { Index = line, Speaker = "Ada", Text = lines[line], DurationMs = 1000 },
                };
            }

            yield return new V1.BeatEvent { Finished = new V1.BeatFinished { State = V1.BeatState.Complete, SessionRevision = 1 } };
        }
    }
}
