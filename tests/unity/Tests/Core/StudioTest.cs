using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Google.Protobuf;
using Grpc.Core;
using Xunit;

namespace Narrative.Tests
{
    /// <summary>The calls beside beats: what is sent, what comes back, and when it is tried again.</summary>
    public sealed class StudioTest
    {
        private const string Library = "narrative_server.v1.LibraryService/";

        [Fact]
        public void A_search_carries_its_one_query_and_limits() => Script.OnOneThread(async () =>
        {
            ScriptedInvoker script = Script.Server();
            var sent = new List<V1.SearchAssetsRequest>();
            script.Answer<V1.SearchAssetsRequest, V1.SearchAssetsResponse>(Library + "SearchAssets", (request, _) =>
            {
                sent.Add(request);
                var asset = new V1.Asset { AssetId = "a1", Sprite = new V1.Picture { WidthPx = 32 } };
                return Task.FromResult(new V1.SearchAssetsResponse { Hits = { new V1.SearchHit { Asset = asset, Score = 0.5f } } });
            });
            using NarrativeClient client = await Script.ConnectAsync(script);
            AssetSearch search = AssetSearch.ByText("goblin");
            search.Media.Add(Medium.Sprite);
            search.Limit = 3;
            SearchHit hit = Assert.Single(await client.SearchAssetsAsync(search));
            Assert.Equal(("a1", Medium.Sprite, 0.5f), (hit.Asset.Id, hit.Asset.Medium, hit.Score));
            await client.SearchAssetsAsync(AssetSearch.ByPicture(new byte[] { 1 }));
            await client.SearchAssetsAsync(AssetSearch.BySound(new byte[] { 2 }));
            await client.SearchAssetsAsync(AssetSearch.ByAsset("a1"));
            Assert.Equal(("goblin", 3u, V1.Medium.Sprite), (sent[0].Text, sent[0].Limit, Assert.Single(sent[0].Media)));
            Assert.Equal(
                new[]
                {
                    V1.SearchAssetsRequest.QueryOneofCase.Text, V1.SearchAssetsRequest.QueryOneofCase.PicturePng,
                    V1.SearchAssetsRequest.QueryOneofCase.SoundWav, V1.SearchAssetsRequest.QueryOneofCase.AssetId,
                },
                sent.Select(one => one.QueryCase));
        });

        [Fact]
        public void A_call_that_the_server_does_not_have_is_told_as_that() => Script.OnOneThread(async () =>
        {
            using NarrativeClient client = await Script.ConnectAsync(Script.Server());
            foreach (Func<Task> call in new Func<Task>[]
            {
                () => client.SearchAssetsAsync(AssetSearch.ByText("goblin")),
                () => client.AddAssetAsync("a hut", Medium.Sprite, new byte[] { 1 }),
                () => client.AnalyzePictureAsync(new byte[] { 1 }),
                () => client.AnalyzeSoundAsync(new byte[] { 1 }),
                () => client.ExportSessionAsync("one", Stream.Null),
            })
            {
                Assert.Equal(NarrativeErrorCode.Unimplemented, (await Assert.ThrowsAsync<NarrativeException>(call)).Code);
            }
        });

        [Fact]
        public void An_added_asset_is_sent_once_with_its_file() => Script.OnOneThread(async () =>
        {
            ScriptedInvoker script = Script.Server();
            var sent = new List<V1.AddAssetRequest>();
            script.Answer<V1.AddAssetRequest, V1.AddAssetResponse>(Library + "AddAsset", (request, _) =>
            {
                sent.Add(request);
                throw new RpcException(new Status(StatusCode.Unavailable, "lost"));
            });
            using NarrativeClient client = await Script.ConnectAsync(script);
            await Assert.ThrowsAsync<NarrativeException>(() => client.AddAssetAsync("a hut", Medium.Background, new byte[] { 1, 2 }));
            V1.AddAssetRequest one = Assert.Single(sent);
            Assert.Equal(("a hut", V1.Medium.Background, 2), (one.Text, one.Medium, one.Data.Length));
        });

        [Theory]
        [InlineData(0, 2)]
        [InlineData(1, 1)]
        public void An_export_is_tried_again_only_before_its_first_bytes(int chunks, int attempts) => Script.OnOneThread(async () =>
        {
            ScriptedInvoker script = Script.Server();
            int asked = 0;
            script.AnswerStream<V1.ExportSessionRequest, V1.ExportSessionResponse>(
                "narrative_server.v1.StoryService/ExportSession", (_, _) => ++asked == 1 ? Chunks(chunks, true) : Chunks(2, false));
            var time = new ManualTime();
            using NarrativeClient client = await Script.ConnectAsync(script, time);
            var archive = new MemoryStream();
            Task<long> export = time.Through(client.ExportSessionAsync("one", archive));
            if (attempts == 1)
            {
                Assert.Equal(NarrativeErrorCode.Unavailable, (await Assert.ThrowsAsync<NarrativeException>(() => export)).Code);
            }
            else
            {
                Assert.Equal((6, 6), ((int)await export, (int)archive.Length));
            }

            Assert.Equal(attempts, asked);
        });

        [Fact]
        public void Lines_without_an_end_are_an_error() => Script.OnOneThread(async () =>
        {
            ScriptedInvoker script = Script.Server();
            script.AnswerStream<V1.GenerateLinesRequest, V1.GenerateLinesResponse>(
                "narrative_server.v1.DialogueService/GenerateLines",
                (_, _) => Script.Stream(new[] { new V1.GenerateLinesResponse { LineDelta = new V1.LineDelta { Text = "Hello" } } }));
            using NarrativeClient client = await Script.ConnectAsync(script);
            var error = await Assert.ThrowsAsync<NarrativeException>(
                () => client.GenerateLinesAsync(new LinesRequest("It rains.", new Character("Ada"))));
            Assert.Equal(NarrativeErrorCode.DataLoss, error.Code);
        });

        [Fact]
        public void A_written_beat_without_lines_is_refused() => Assert.Throws<ArgumentException>(
            () => new WrittenBeat("one", new StoryTrigger("It rains."), Array.Empty<FallbackLine>()));

        private static async IAsyncEnumerable<V1.ExportSessionResponse> Chunks(int count, bool breaks)
        {
            for (int index = 0; index < count; index++)
            {
                await Task.Yield();
                yield return new V1.ExportSessionResponse { Chunk = ByteString.CopyFrom(1, 2, 3) };
            }

            if (breaks)
            {
                throw new RpcException(new Status(StatusCode.Unavailable, "it broke"));
            }
        }
    }
}
