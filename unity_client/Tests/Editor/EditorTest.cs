using System.IO;
using System.Xml.Linq;
using NUnit.Framework;
using UnityEditor;
using UnityEngine;

namespace Narrative.Tests
{
    /// <summary>For Unity's test runner, in edit mode: what only the editor can show.</summary>
    public sealed class EditorTest
    {
        private const string BakedPath = "Assets/NarrativeEditorTest.asset";

        [TearDown]
        public void Clear() => AssetDatabase.DeleteAsset(BakedPath);

        [Test]
        public void The_linker_gets_a_file_that_keeps_the_messages()
        {
            string path = new LinkXmlProcessor().GenerateAdditionalLinkXmlFile(null, null);
            Assert.That(Path.IsPathRooted(path));
            Assert.That(XDocument.Load(path).ToString(), Does.Contain("Narrative.Contracts").And.Contain("Google.Protobuf"));
        }

        [Test]
        public void A_baked_draft_is_an_asset_with_its_picture_and_words()
        {
            StoryBeatAsset asset = BeatBaker.Bake(Draft("The gate is shut."), new StoryBeat { Event = "The gate closes." }, BakedPath);
            StoryBeatAsset loaded = AssetDatabase.LoadAssetAtPath<StoryBeatAsset>(BakedPath);
            Assert.That(loaded == asset && loaded.LineCount == 1 && loaded.Event == "The gate closes.");
            Assert.That(loaded.Problems(), Is.Empty);
            Assert.That(loaded.Texture("place").width, Is.EqualTo(2));
        }

        [Test]
        public void Baking_again_keeps_the_asset_that_triggers_refer_to()
        {
            StoryBeatAsset first = BeatBaker.Bake(Draft("The gate is shut."), new StoryBeat(), BakedPath);
            StoryBeatAsset second = BeatBaker.Bake(Draft("It is open."), new StoryBeat(), BakedPath);
            Assert.That(second == first);
            Assert.That(System.Array.FindAll(AssetDatabase.LoadAllAssetsAtPath(BakedPath), part => part is Texture2D).Length, Is.EqualTo(1));
        }

        [Test]
        public void The_editors_connection_closes_and_can_be_closed_twice()
        {
            EditorConnection.Shared.Close();
            EditorConnection.Shared.Close();
            Assert.That(EditorConnection.Shared.State, Is.EqualTo(ConnectionState.Closed));
        }

        private static BeatDraft Draft(string words)
        {
            var draft = new BeatDraft();
            draft.Take(new FedEvent(BeatEvent.Of(BeatEventKind.LineStarted, 0, new LineStarted(0, "Mira", Emotion.Neutral)), null));
            draft.Take(new FedEvent(
                BeatEvent.Of(BeatEventKind.LineFinished, 1, new LineFinished(0, "Mira", Emotion.Neutral, words, 900)), null));
            var picture = new Picture("", new byte[2 * 2 * 4], PictureEncoding.Rgba32, 2, 2, 0.7f, Facing.Unknown, 0.5f, 1, "a gate", 0);
            draft.Take(new FedEvent(
                BeatEvent.Of(BeatEventKind.Background, 2, new BackgroundReady("place", picture)), Pixels.Of(picture)));
            return draft;
        }
    }
}
