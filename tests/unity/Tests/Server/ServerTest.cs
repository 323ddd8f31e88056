using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Xunit;
using static Narrative.Tests.Served;

namespace Narrative.Tests
{
    /// <summary>Plays against the real Python server, over each transport. One process serves all tests of the class.</summary>
    public sealed class ServerTest : IClassFixture<ServerTest.Servers>
    {
        private readonly Servers _servers;

        public ServerTest(Servers servers) => _servers = servers;

        public static TheoryData<string> Transports => new TheoryData<string> { "http2", "web", "bytes" };

        [Theory]
        [MemberData(nameof(Transports))]
        public async Task A_whole_beat_arrives_in_order(string transport)
        {
            using NarrativeClient client = await ConnectAsync(transport);
            Session session = await client.CreateSessionAsync(Story());
            List<BeatEvent> told = await Script.ListAsync(client.PlayBeatAsync(Request(session.Id)));
            Assert.Equal(Enumerable.Range(0, told.Count), told.Select(one => one.Sequence));
            Assert.Equal(BeatEventKind.Accepted, told[0].Kind);
            Assert.Equal(BeatState.Complete, told[^1].Finished.State);
            string[] lines = told.Where(one => one.Kind == BeatEventKind.LineFinished).Select(one => one.LineFinished.Text).ToArray();
            Assert.NotEmpty(lines);
            for (int index = 0; index < lines.Length; index++)
            {
                Assert.Equal(lines[index], string.Concat(told
                    .Where(one => one.Kind == BeatEventKind.LineDelta && one.LineDelta.Index == index).Select(one => one.LineDelta.Text)));
            }

            Picture background = told.Single(one => one.Kind == BeatEventKind.Background).Background.Picture;
            Assert.Equal((PictureEncoding.Rgba32, 320, 192), (background.Encoding, background.WidthPx, background.HeightPx));
            Assert.Equal(320 * 192 * 4, background.Data.Length);
            Assert.NotNull(background.GroundY);
            Assert.Contains(told, one => one.Kind == BeatEventKind.Sprite);
            Assert.Contains(told, one => one.Kind == BeatEventKind.Sound);
            Assert.True(told.Last(one => one.Kind == BeatEventKind.Timeline).Timeline.Final);
            Assert.True(client.Cache.TryGetPicture(background.AssetId, out _));
        }

        [Theory]
        [MemberData(nameof(Transports))]
        public async Task Cancelling_stops_the_servers_engine(string transport)
        {
            using NarrativeClient client = await ConnectAsync(transport, null, AddressOf(transport, Servers.Slow));
            Session session = await client.CreateSessionAsync(Story());
            using var cancel = new CancellationTokenSource();
            int deltas = 0;
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            {
                await foreach (BeatEvent told in client.PlayBeatAsync(Request(session.Id), cancel.Token))
                {
                    if (told.Kind == BeatEventKind.LineDelta && ++deltas == 2)
                    {
                        Assert.True((await client.GetServerInfoAsync()).Load.ActiveGenerations > 0);
                        cancel.Cancel();
                    }
                }
            });
            await EventuallyAsync(async () => (await client.GetServerInfoAsync()).Load is { ActiveGenerations: 0, ActiveBeats: 0 });
            Assert.Equal(0, (await client.GetSessionAsync(session.Id)).Revision);
        }

        [Theory]
        [MemberData(nameof(Transports))]
        public async Task A_deadline_gives_what_was_finished_or_an_error(string transport)
        {
            using NarrativeClient client = await ConnectAsync(transport, null, AddressOf(transport, Servers.Slow));
            Session session = await client.CreateSessionAsync(Story());
            BeatRequest request = Request(session.Id);
            request.Timeout = TimeSpan.FromMilliseconds(300);
            var clock = Stopwatch.StartNew();
            try
            {
                List<BeatEvent> told = await Script.ListAsync(client.PlayBeatAsync(request));
                Assert.Equal(BeatState.Partial, told[^1].Finished.State);
                Assert.Contains(WarningCode.Deadline, told[^1].Finished.Reasons);
            }
            catch (NarrativeException error)
            {
                Assert.Equal(NarrativeErrorCode.DeadlineExceeded, error.Code);
            }

            Assert.InRange(clock.Elapsed.TotalSeconds, 0, 20);
        }

        [Theory]
        [MemberData(nameof(Transports))]
        public async Task A_wrong_request_names_all_its_fields(string transport)
        {
            using NarrativeClient client = await ConnectAsync(transport);
            var request = new BeatRequest(new InlineStory(), new StoryTrigger("")) { MaxLines = 99 };
            var error = await Assert.ThrowsAsync<NarrativeException>(() => Script.ListAsync(client.PlayBeatAsync(request)));
            Assert.Equal(NarrativeErrorCode.InvalidArgument, error.Code);
            Assert.Contains(error.Violations, one => one.Field == "trigger.event");
            Assert.Contains(error.Violations, one => one.Field == "max_lines" && one.Description.Contains("legal"));
        }

        [Theory]
        [MemberData(nameof(Transports))]
        public async Task Sessions_media_ratings_and_health_work(string transport)
        {
            using NarrativeClient client = await ConnectAsync(transport);
            Assert.Equal(ServerHealth.Serving, await client.CheckHealthAsync());
            Assert.Equal(ServerHealth.ServiceUnknown, await client.CheckHealthAsync("no.Such"));
            Session session = await client.CreateSessionAsync(Story(), "A title");
            List<BeatEvent> told = await Script.ListAsync(client.PlayBeatAsync(Request(session.Id)));
            string beatId = told[0].Accepted.BeatId;
            Assert.NotEmpty(await client.RateBeatAsync(new BeatRating(session.Id, beatId, 1) { Part = BeatPart.OfLine(0) }));
            List<BeatEvent> again = await Script.ListAsync(client.ReplayBeatAsync(session.Id, beatId));
            Assert.True(again[^1].Finished.Replayed);
            Assert.Equal(told.Count, again.Count);
            Session fork = await client.ForkSessionAsync(session.Id, beatId);
            Assert.Equal((session.Id, 1), (fork.ParentId, fork.Revision));
            Assert.Equal("It rains.", Assert.Single((await client.ListBeatsAsync(fork.Id)).Items).Trigger.Event);
            string assetId = told.First(one => one.Kind == BeatEventKind.Sprite).Sprite.Picture.AssetId;
            Asset asset = await client.GetAssetAsync(assetId);
            Assert.Equal((Medium.Sprite, false), (asset.Medium, asset.Picture!.Data.IsEmpty));
            Assert.Equal(2, (await client.GenerateSpriteAsync(new PictureRequest("a knight") { Variants = 2 })).Items.Count);
            Assert.NotNull((await client.GenerateBackgroundAsync(new PictureRequest("a castle"))).Items[0].GroundY);
            Assert.True((await client.GenerateSoundAsync(new SoundRequest("a door") { DurationMs = 300 })).Items[0].DurationMs >= 290);
            await client.DeleteSessionAsync(session.Id);
            var error = await Assert.ThrowsAsync<NarrativeException>(() => client.GetSessionAsync(session.Id));
            Assert.Equal(NarrativeErrorCode.NotFound, error.Code);
        }

        [Theory]
        [MemberData(nameof(Transports))]
        public async Task Lines_analysis_export_import_and_the_library_work(string transport)
        {
            using NarrativeClient client = await ConnectAsync(transport);
            var request = new LinesRequest("It rains.", new Character("Ada"), new Character("Ben")) { MaxLines = 2, Seed = 7 };
            var words = new System.Text.StringBuilder();
            GeneratedLines lines = await client.GenerateLinesAsync(request, delta => words.Append(delta.Text));
            Assert.Equal(string.Concat(lines.Lines.Select(line => line.Text)), words.ToString());
            Assert.Equal(7UL, lines.Seed);

            Analysis analysis = await client.AnalyzeTextAsync("A wonderful, happy feast.");
            Assert.Equal(analysis.Mood.Emotion, analysis.Scores[0].Emotion);
            Assert.Equal(384, analysis.Embedding.Count);
            Assert.Contains("feast", analysis.Keywords);

            Session session = await client.CreateSessionAsync(Story());
            FallbackLine[] said = { new FallbackLine("Ada", "The bridge is gone.", Emotion.Fear), new FallbackLine("Ben", "Then we swim.") };
            var written = new WrittenBeat(session.Id, new StoryTrigger("The bridge falls."), said) { Place = "river, dusk" };
            BeatSummary imported = await client.ImportBeatAsync(written);
            Assert.Equal(said.Select(line => line.Text), imported.Lines.Select(line => line.Text));
            Assert.Equal((Emotion.Fear, "river, dusk"), (imported.Mood.Emotion, imported.Place));
            Assert.Equal(1, (await client.GetSessionAsync(session.Id)).Revision);

            var archive = new MemoryStream();
            long bytes = await client.ExportSessionAsync(session.Id, archive, withMedia: false);
            Assert.Equal(archive.Length, bytes);
            using var zip = new System.IO.Compression.ZipArchive(new MemoryStream(archive.ToArray()));
            Assert.Contains(zip.Entries, entry => new StreamReader(entry.Open()).ReadToEnd().Contains("The bridge is gone."));
            await AddsFindsAndReadsAsync(client);
        }

        [Fact]
        public async Task A_revised_beat_keeps_what_is_locked_and_says_what_it_revises()
        {
            using NarrativeClient client = await ConnectAsync("http2");
            Session session = await client.CreateSessionAsync(Story());
            List<BeatEvent> told = await Script.ListAsync(client.PlayBeatAsync(Request(session.Id)));
            var revision = new BeatRevision(session.Id, told[0].Accepted.BeatId);
            revision.Edits.Add(new LineEdit(0, "The rain is here to stay.", Emotion.Sadness));
            List<BeatEvent> revised = await Script.ListAsync(client.ReviseBeatAsync(revision));
            Assert.Equal(told[0].Accepted.BeatId, revised[0].Accepted.RevisedBeatId);
            Assert.Equal("The rain is here to stay.", revised.First(one => one.Kind == BeatEventKind.LineFinished).LineFinished.Text);
        }

        [Theory]
        [MemberData(nameof(Transports))]
        public async Task A_slow_reader_gets_everything_and_holds_up_nobody(string transport)
        {
            using NarrativeClient client = await ConnectAsync(transport);
            Session slow = await client.CreateSessionAsync(Story()), fast = await client.CreateSessionAsync(Story());
            int count = 0;
            await foreach (BeatEvent told in client.PlayBeatAsync(Request(slow.Id)))
            {
                if (++count == 3)
                {
                    List<BeatEvent> other = await Script.ListAsync(client.PlayBeatAsync(Request(fast.Id)));
                    Assert.Equal(BeatState.Complete, other[^1].Finished.State);
                    await EventuallyAsync(async () => (await client.GetServerInfoAsync()).Load.ActiveBeats == 0);
                }

                Assert.True(told.Kind != BeatEventKind.Finished || told.Finished.State == BeatState.Complete);
            }

            Assert.True(count > 10);
        }

        [Theory]
        [InlineData("http2")]
        [InlineData("bytes")]
        public async Task Thirty_two_beats_at_once_each_in_its_own_session(string transport)
        {
            var options = new NarrativeClientOptions { Retries = new RetryPolicy(60, 200, 3000), BeatTimeout = TimeSpan.FromMinutes(5) };
            using NarrativeClient client = await ConnectAsync(transport, options);
            IEnumerable<Task<List<BeatEvent>>> beats = Enumerable.Range(0, 32).Select(async _ =>
            {
                Session session = await client.CreateSessionAsync(Story());
                return await Script.ListAsync(client.PlayBeatAsync(Request(session.Id)));
            });
            List<BeatEvent>[] all = await Task.WhenAll(beats);
            Assert.All(all, told => Assert.Equal(BeatState.Complete, told[^1].Finished.State));
            Assert.Equal(32, all.Select(told => told[0].Accepted.SessionId).Distinct().Count());
        }

        [Theory]
        [MemberData(nameof(Transports))]
        public async Task A_wrong_token_is_told(string transport)
        {
            string address = AddressOf(transport, Servers.Secret);
            foreach (string token in new[] { "", "another" })
            {
                var error = await Assert.ThrowsAsync<NarrativeException>(
                    () => ConnectAsync(transport, new NarrativeClientOptions { Token = token }, address));
                Assert.Equal(NarrativeErrorCode.Unauthenticated, error.Code);
            }

            using NarrativeClient client = await ConnectAsync(
                transport, new NarrativeClientOptions { Token = Servers.Token }, address);
        }

        [Fact]
        public async Task Another_version_is_refused()
        {
            using PythonServer server = await PythonServer.StartAsync("--contract-version", "2.3");
            var error = await Assert.ThrowsAsync<NarrativeException>(() => ConnectAsync("http2", null, server.Address));
            Assert.Equal(NarrativeErrorCode.VersionMismatch, error.Code);
            Assert.Contains("2.3", error.Message);
        }

        [Theory]
        [InlineData("http2")]
        [InlineData("web")]
        [InlineData("bytes")]
        public async Task No_server_there_is_told_within_the_deadline(string transport)
        {
            var clock = Stopwatch.StartNew();
            var error = await Assert.ThrowsAsync<NarrativeException>(() => ConnectAsync(transport, null, "127.0.0.1:1"));
            Assert.Equal(NarrativeErrorCode.Unavailable, error.Code);
            Assert.InRange(clock.Elapsed.TotalSeconds, 0, 10);
        }

        [Fact]
        public void A_console_game_raises_twenty_triggers_and_every_beat_is_right()
        {
            string report = ConsoleGame.Level.Walk(AddressOf("http2", 0));
            Assert.Contains("20 beats", report);
        }

        [Theory]
        [InlineData("http2", false)]
        [InlineData("web", false)]
        [InlineData("bytes", false)]
        [InlineData("http2", true)]
        [InlineData("web", true)]
        [InlineData("bytes", true)]
        public async Task The_other_port_and_tls_against_plaintext_are_told_within_the_deadline(string transport, bool tls)
        {
            string own = AddressOf(transport, 0), other = AddressOf(transport == "http2" ? "web" : "http2", 0);
            var clock = Stopwatch.StartNew();
            var error = await Assert.ThrowsAsync<NarrativeException>(() => ConnectAsync(
                transport, null, tls ? "https://" + own : other, connectS: 5));
            Assert.Contains("cannot be used", error.Message);
            Assert.InRange(clock.Elapsed.TotalSeconds, 0, 9);
        }

        [Theory]
        [MemberData(nameof(Transports))]
        public async Task A_port_that_never_answers_is_told_at_the_deadline(string transport)
        {
            using var silent = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
            silent.Start();
            var clock = Stopwatch.StartNew();
            var error = await Assert.ThrowsAsync<NarrativeException>(
                () => ConnectAsync(transport, null, silent.LocalEndpoint.ToString(), connectS: 0.5));
            Assert.Equal(NarrativeErrorCode.DeadlineExceeded, error.Code);
            Assert.InRange(clock.Elapsed.TotalSeconds, 0.4, 5);
        }

        /// <summary>The game's own picture is added, found and read, and its sound kept; the scripted server's words lie anywhere.</summary>
        private static async Task AddsFindsAndReadsAsync(NarrativeClient client)
        {
            Generated<Picture> drawn = await client.GenerateSpriteAsync(new PictureRequest("red lantern") { Seed = 3 });
            ReadOnlyMemory<byte> png = drawn.Items[0].Data;
            Asset added = await client.AddAssetAsync("a lantern of the Salt Guild", Medium.Sprite, png);
            AssetSearch bySelf = AssetSearch.ByPicture(png);
            bySelf.Limit = 50;
            Assert.NotEmpty(await client.SearchAssetsAsync(AssetSearch.ByText("a lantern of the Salt Guild")));
            Assert.Contains(await client.SearchAssetsAsync(bySelf), hit => hit.Asset.Id == added.Id && hit.Score > 0.99f);
            Analysis read = await client.AnalyzePictureAsync(png);
            Assert.Equal(256, read.SharedEmbedding.Count);
            Assert.Empty(read.Embedding);
            var error = await Assert.ThrowsAsync<NarrativeException>(
                () => client.AddAssetAsync("not a picture", Medium.Sprite, new byte[] { 1, 2, 3 }));
            Assert.Equal(NarrativeErrorCode.InvalidArgument, error.Code);

            Sound made = (await client.GenerateSoundAsync(new SoundRequest("a bell") { DurationMs = 300, Seed = 3 })).Items[0];
            Asset bell = await client.AddAssetAsync("the bell of the Salt Guild", Medium.Sound, made.Data);
            Sound kept = (await client.GetAssetAsync(bell.Id)).Sound!;
            Assert.Equal(made.Data.ToArray(), kept.Data.ToArray());
            Assert.Equal(
                (made.Encoding, made.DurationMs, made.SampleRateHz, made.Channels),
                (kept.Encoding, kept.DurationMs, kept.SampleRateHz, kept.Channels));
        }

        private string AddressOf(string transport, int server) =>
            transport == "http2" ? _servers.Process.At(server).Grpc : _servers.Process.At(server).Web;

        private Task<NarrativeClient> ConnectAsync(
            string transport, NarrativeClientOptions? options = null, string? address = null, double connectS = 30) =>
            Served.ConnectAsync(transport, address ?? AddressOf(transport, 0), options, connectS);

        public sealed class Servers : IAsyncLifetime
        {
            /// <summary>Takes long enough over its words for a test to come between.</summary>
            public const int Slow = 1;

            /// <summary>Asks for <see cref="Token"/>.</summary>
            public const int Secret = 2;

            public const string Token = "a-long-secret-token-1234";

            internal PythonServer Process { get; private set; } = null!;

            public async Task InitializeAsync() =>
                Process = await PythonServer.StartAsync("--delta-delay", "5", "400", "0", "--token", "", "", Token);

            public Task DisposeAsync()
            {
                Process.Dispose();
                return Task.CompletedTask;
            }
        }
    }
}
