using System.IO;
using UnityEditor;
using UnityEngine;

namespace Narrative
{
    /// <summary>
    /// Writes a draft as a <see cref="StoryBeatAsset"/>: its pictures lie within the asset, its sounds beside it as WAV files,
    /// because Unity keeps no clip that was made by code.
    /// </summary>
    internal static class BeatBaker
    {
        /// <summary>Writes the asset, over one that is there.</summary>
        /// <param name="draft">A beat that has ended.</param>
        /// <param name="beat">What was asked for, for the author.</param>
        /// <param name="path">Where in the project, ending with .asset.</param>
        public static StoryBeatAsset Bake(BeatDraft draft, StoryBeat beat, string path)
        {
            StoryBeatAsset asset = Prepare(path);
            asset.Fill(draft.Bake(beat.Event, beat.Place));
            foreach (DraftMedium medium in draft.Media)
            {
                switch (medium.Decoded)
                {
                    case Pixels pixels:
                        Texture2D texture = UnityMedia.Texture(pixels, readable: true);
                        texture.name = AssetName.Of(medium.Key);
                        AssetDatabase.AddObjectToAsset(texture, asset);
                        asset.Add(medium.Key, texture);
                        break;
                    case Wav _:
                        AudioClip? clip = Import(medium, path);
                        if (clip != null)
                        {
                            asset.Add(medium.Key, clip);
                        }

                        break;
                }
            }

            EditorUtility.SetDirty(asset);
            AssetDatabase.SaveAssets();
            return asset;
        }

        private static StoryBeatAsset Prepare(string path)
        {
            StoryBeatAsset? found = AssetDatabase.LoadAssetAtPath<StoryBeatAsset>(path);
            if (found == null)
            {
                StoryBeatAsset made = ScriptableObject.CreateInstance<StoryBeatAsset>();
                AssetDatabase.CreateAsset(made, path);
                return made;
            }

            // Triggers refer to the asset: it stays, only its old pictures go.
            foreach (Object part in AssetDatabase.LoadAllAssetsAtPath(path))
            {
                if (part is Texture2D)
                {
                    AssetDatabase.RemoveObjectFromAsset(part);
                    Object.DestroyImmediate(part, true);
                }
            }

            return found;
        }

        private static AudioClip? Import(DraftMedium medium, string path)
        {
            string stem = Path.GetFileNameWithoutExtension(path);
            string folder = (Path.GetDirectoryName(path) ?? "Assets").Replace('\\', '/');
            string file = $"{folder}/{stem}_{AssetName.Of(medium.Key)}.wav";
            File.WriteAllBytes(file, medium.File.ToArray());
            AssetDatabase.ImportAsset(file);
            return AssetDatabase.LoadAssetAtPath<AudioClip>(file);
        }
    }
}
