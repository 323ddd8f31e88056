using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using Narrative.Sockets;

namespace Narrative.ConsoleGame
{
    /// <summary>Memory that this package's own code takes for a delta, from the decoded message to the text on the clock.</summary>
    public static class Allocation
    {
        private const string Service = "narrative_server.v1.";
        private const int Few = 1000;
        private const int Many = 9000;
        private const int Rounds = 5;

        /// <summary>
        /// Bytes a delta, without the message and its text: what a long beat takes beyond a short one, the least of some
        /// rounds, because the runtime now and then adds to either beat when it compiles again. Needs no network.
        /// </summary>
        public static double BytesPerDelta()
        {
            MeasureBeat(100); // compiles what runs
            long few = long.MaxValue, many = long.MaxValue;
            for (int round = 0; round < Rounds; round++)
            {
                few = Math.Min(few, MeasureBeat(Few));
                many = Math.Min(many, MeasureBeat(Many));
            }

            return (double)(many - few) / (Many - Few);
        }

        /// <summary>Bytes that this thread allocates for a beat of so many deltas, decoded already.</summary>
        private static long MeasureBeat(int deltas)
        {
            using NarrativeClient client = Connect(Messages(deltas));
            BeatHandle handle = client.OpenBeat(new BeatRequest("one", new StoryTrigger("It rains.")));
            var clock = new BeatClock();
            int characters = 0;
            handle.AnyEvent += told => clock.Feed(told);
            handle.LineDelta += delta =>
            {
                characters += delta.Text.Length;
                clock.Advance(16);
            };
            long before = GC.GetAllocatedBytesForCurrentThread();
            Task<BeatFinished> playing = handle.PlayAsync();
            long after = GC.GetAllocatedBytesForCurrentThread();
            Level.Check(playing.IsCompletedSuccessfully && characters == deltas * 5, "the beat was not played at once");
            return after - before;
        }

        private static NarrativeClient Connect(V1.PlayBeatResponse[] events)
        {
            var script = new ScriptedInvoker();
            var info = new V1.GetServerInfoResponse { ContractVersion = NarrativeClient.ContractsVersion };
            script.Answer<V1.GetServerInfoRequest, V1.GetServerInfoResponse>(
                Service + "InfoService/GetServerInfo", (_, _) => Task.FromResult(info));
            script.AnswerStream<V1.PlayBeatRequest, V1.PlayBeatResponse>(
                Service + "StoryService/PlayBeat", (_, _) => AtOnce(events));
            Task<NarrativeClient> connecting = NarrativeClient.ConnectAsync(
                NarrativeTransport.FromInvoker(script, "a script"), new SystemTime());
            Level.Check(connecting.IsCompletedSuccessfully, "the script did not answer at once");
            return connecting.Result;
        }

        private static V1.PlayBeatResponse[] Messages(int deltas)
        {
            var events = new List<V1.BeatEvent>
            {
                new V1.BeatEvent { Accepted = new V1.BeatAccepted { BeatId = "b", SessionId = "one", Plan = new V1.BeatPlan() } },
                new V1.BeatEvent { LineStarted = new V1.LineStarted { Speaker = "Mira", Emotion = V1.Emotion.Joy } },
            };
            for (int index = 0; index < deltas; index++)
            {
                events.Add(new V1.BeatEvent { LineDelta = new V1.LineDelta { Text = "word " } });
            }

            events.Add(new V1.BeatEvent { LineFinished = new V1.LineFinished { Speaker = "Mira", Text = "words", DurationMs = 1000 } });
            events.Add(new V1.BeatEvent { Finished = new V1.BeatFinished { State = V1.BeatState.Complete } });
            var messages = new V1.PlayBeatResponse[events.Count];
            for (int index = 0; index < messages.Length; index++)
            {
                events[index].Sequence = (uint)index;
                messages[index] = new V1.PlayBeatResponse { Event = events[index] };
            }

            return messages;
        }

        private static async IAsyncEnumerable<V1.PlayBeatResponse> AtOnce(V1.PlayBeatResponse[] events)
        {
            await Task.CompletedTask;
            foreach (V1.PlayBeatResponse told in events)
            {
                yield return told;
            }
        }
    }
}
