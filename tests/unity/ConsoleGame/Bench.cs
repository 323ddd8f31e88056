using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using Narrative.Sockets;

namespace Narrative.ConsoleGame
{
    /// <summary>
    /// Measures the transports against one server: first words, the steps of the frame loop, memory a delta. The transports
    /// take turns, a beat each, so that whatever else the machine does meets them alike.
    /// </summary>
    public static class Bench
    {
        private const int WarmUpBeats = 5;

        /// <summary>Plays the beats; blocks until the end.</summary>
        /// <param name="address">The server's gRPC host:port.</param>
        /// <param name="webAddress">Its web host:port.</param>
        /// <param name="beats">So many are measured on each transport.</param>
        /// <returns>A line of JSON a figure: metric, row, split, value, unit, n.</returns>
        public static string Measure(string address, string webAddress, int beats)
        {
            var rows = new Dictionary<string, Durations>
            {
                ["csharp_http2"] = new Durations(), ["csharp_grpc_web"] = new Durations(), ["csharp_grpc_web_bytes"] = new Durations(),
            };
            FrameLoop loop = FrameLoop.Run(
                async () =>
                {
                    NarrativeClient[] clients = await Task.WhenAll(
                        ConnectAsync(SocketsTransport.Http2(address)), ConnectAsync(SocketsTransport.GrpcWeb(webAddress)),
                        ConnectAsync(SocketsTransport.Bytes(webAddress)));
                    for (int beat = 0; beat < WarmUpBeats + beats; beat++)
                    {
                        if (beat == WarmUpBeats)
                        {
                            FrameLoop.Running.Steps.Clear();
                            rows.Values.ToList().ForEach(row => row.Clear());
                        }

                        for (int index = 0; index < clients.Length; index++)
                        {
                            rows.Values.ElementAt(index).Add(await FirstDeltaAsync(clients[index]));
                        }
                    }

                    Array.ForEach(clients, client => client.Dispose());
                },
                TimeSpan.FromMinutes(10));
            var figures = new StringBuilder();
            foreach (KeyValuePair<string, Durations> row in rows)
            {
                Add(figures, "first_delta_ms", row.Key, row.Value);
            }

            Add(figures, "pump_step_ms", "csharp", loop.Steps);
            Add(figures, "own_bytes_per_delta", "csharp", "all", Allocation.BytesPerDelta(), "bytes", 8000);
            return figures.ToString().TrimEnd();
        }

        private static Task<NarrativeClient> ConnectAsync(NarrativeTransport transport) =>
            NarrativeClient.ConnectAsync(transport, new SystemTime());

        /// <summary>Plays an inline beat of lines alone; from the call to the first words on the main thread.</summary>
        private static async Task<TimeSpan> FirstDeltaAsync(NarrativeClient client)
        {
            var story = new InlineStory();
            story.Context.Cast.Add(new Character("Mira"));
            story.Context.Cast.Add(new Character("Grik"));
            var request = new BeatRequest(story, new StoryTrigger("The player reaches the gate."))
            {
                Media = new WantedMedia { Background = false, Sprites = false, Sounds = false },
            };
            TimeSpan? first = null;
            BeatHandle handle = client.OpenBeat(request);
            long began = Stopwatch.GetTimestamp();
            handle.LineDelta += _ => first ??= Stopwatch.GetElapsedTime(began);
            await handle.PlayAsync();
            return first ?? throw new InvalidOperationException("The beat had no words.");
        }

        private static void Add(StringBuilder figures, string metric, string row, Durations times)
        {
            Add(figures, metric, row, "median", times.Median, "ms", times.Count);
            Add(figures, metric, row, "p99", times.P99, "ms", times.Count);
            Add(figures, metric, row, "max", times.Max, "ms", times.Count);
        }

        private static void Add(StringBuilder figures, string metric, string row, string split, double value, string unit, int count)
        {
            string number = value.ToString("0.####", CultureInfo.InvariantCulture);
            figures.Append($"{{\"metric\": \"{metric}\", \"row\": \"{row}\", \"split\": \"{split}\", \"value\": {number}, ")
                .Append($"\"unit\": \"{unit}\", \"n\": {count}}}\n");
        }
    }
}
