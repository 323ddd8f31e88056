using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Xunit;
using static Narrative.Tests.Served;

namespace Narrative.Tests
{
    /// <summary>The real Python server, killed within a beat and started again on its sessions.</summary>
    public sealed class KilledServerTest
    {
        [Fact]
        public async Task A_killed_and_restarted_server_plays_the_beat_to_its_end()
        {
            string folder = Directory.CreateTempSubdirectory("narrative-").FullName;
            string database = Path.Combine(folder, "sessions.sqlite3").Replace('\\', '/');
            PythonServer server = await PythonServer.StartAsync("--database", database, "--delta-delay", "60");
            try
            {
                var options = new NarrativeClientOptions
                {
                    Retries = new RetryPolicy(500, 100, 500),
                    BeatTimeout = TimeSpan.FromMinutes(5),
                };
                using NarrativeClient client = await ConnectAsync("http2", server.Address, options);
                Session session = await client.CreateSessionAsync(Story());
                var told = new List<BeatEvent>();
                bool killed = false;
                await foreach (BeatEvent one in client.PlayBeatAsync(Request(session.Id)))
                {
                    told.Add(one);
                    if (!killed && told.Count(each => each.Kind == BeatEventKind.LineDelta) == 2)
                    {
                        killed = true;
                        string port = server.Port;
                        server.Dispose();
                        server = await PythonServer.StartAsync("--database", database, "--port", port);
                    }
                }

                int restart = told.FindIndex(one => one.Kind == BeatEventKind.Restarted);
                Assert.True(restart > 0);
                Assert.Equal(BeatEventKind.Accepted, told[restart + 1].Kind);
                Assert.Equal(BeatState.Complete, told[^1].Finished.State);
                Assert.Equal(1, (await client.GetSessionAsync(session.Id)).Revision);
            }
            finally
            {
                server.Dispose();
                Directory.Delete(folder, recursive: true);
            }
        }

        [Fact]
        public async Task A_beat_that_was_stored_when_the_server_was_killed_goes_on_where_it_broke()
        {
            string folder = Directory.CreateTempSubdirectory("narrative-").FullName;
            string database = Path.Combine(folder, "sessions.sqlite3").Replace('\\', '/');
            PythonServer server = await PythonServer.StartAsync("--database", database);
            try
            {
                var options = new NarrativeClientOptions { Retries = new RetryPolicy(500, 100, 500), BeatTimeout = TimeSpan.FromMinutes(5) };
                using NarrativeClient client = await ConnectAsync("http2", server.Address, options);
                Session session = await client.CreateSessionAsync(Story());
                BeatRequest request = Request(session.Id);
                // More than the connection's window holds, so that a part is still with the server when it is killed.
                request.Media!.BackgroundFormat = new PictureFormat { Encoding = PictureEncoding.Rgba32, WidthPx = 1280 };
                var told = new List<BeatEvent>();
                await foreach (BeatEvent one in client.PlayBeatAsync(request))
                {
                    told.Add(one);
                    if (told.Count == 1)
                    {
                        await EventuallyAsync(async () => (await client.GetSessionAsync(session.Id)).Revision == 1);
                        string port = server.Port;
                        server.Dispose();
                        server = await PythonServer.StartAsync("--database", database, "--port", port);
                    }
                }

                Assert.DoesNotContain(told, one => one.Kind == BeatEventKind.Restarted);
                Assert.Equal(Enumerable.Range(0, told.Count), told.Select(one => one.Sequence));
                Assert.True(told[^1].Finished.Replayed);
                Assert.Equal(1, (await client.GetSessionAsync(session.Id)).Revision);
            }
            finally
            {
                server.Dispose();
                Directory.Delete(folder, recursive: true);
            }
        }
    }
}
