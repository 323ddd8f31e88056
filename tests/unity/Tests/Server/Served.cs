using System;
using System.Diagnostics;
using System.Threading.Tasks;
using Narrative.Sockets;
using Xunit;

namespace Narrative.Tests
{
    /// <summary>What tests against a real server share: a story, a beat of it, and the ways there.</summary>
    internal static class Served
    {
        public static StoryContext Story() => new StoryContext
        {
            World = "A small valley.",
            Cast = { new Character("Ada") { Persona = "A cheerful smith." }, new Character("Ben") },
        };

        public static BeatRequest Request(string sessionId) => new BeatRequest(sessionId, new StoryTrigger("It rains."))
        {
            Place = "market square, dusk",
            Media = new WantedMedia { BackgroundFormat = new PictureFormat { Encoding = PictureEncoding.Rgba32, WidthPx = 320 } },
        };

        public static async Task EventuallyAsync(Func<Task<bool>> holds)
        {
            var clock = Stopwatch.StartNew();
            while (!await holds())
            {
                Assert.True(clock.Elapsed < TimeSpan.FromSeconds(30), "it did not come to hold within 30 s");
                await Task.Delay(50);
            }
        }

        /// <param name="transport">http2, web or bytes.</param>
        /// <param name="address">The port of that transport.</param>
        /// <param name="options">Null: the defaults.</param>
        /// <param name="connectS">Connecting may take so many seconds.</param>
        public static Task<NarrativeClient> ConnectAsync(
            string transport, string address, NarrativeClientOptions? options = null, double connectS = 30)
        {
            options ??= new NarrativeClientOptions();
            options.ConnectTimeout = TimeSpan.FromSeconds(connectS);
            NarrativeTransport way = transport switch
            {
                "http2" => SocketsTransport.Http2(address),
                "web" => SocketsTransport.GrpcWeb(address),
                _ => SocketsTransport.Bytes(address),
            };
            return NarrativeClient.ConnectAsync(way, new SystemTime(), options);
        }
    }
}
