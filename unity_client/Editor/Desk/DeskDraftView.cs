using System;
using UnityEditor;
using UnityEngine;

namespace Narrative
{
    /// <summary>Draws the draft on the desk: its lines, which can be locked, edited and rated, and its pictures and sounds.</summary>
    internal static class DeskDraftView
    {
        private const float PictureHeight = 96;

        /// <summary>Draws it.</summary>
        /// <param name="draft">The draft; locks and wanted words are changed.</param>
        /// <param name="previews">Its textures and clips.</param>
        /// <param name="stored">Whether it can be locked, edited and rated.</param>
        /// <param name="rate">Called with a score and a line's index, or null for the beat.</param>
        public static void Draw(BeatDraft draft, DeskPreviews previews, bool stored, Action<float, int?> rate)
        {
            if (draft.Accepted != null)
            {
                EditorGUILayout.LabelField($"Mood: {draft.Accepted.Plan.Mood}", EditorStyles.miniLabel);
            }

            foreach (string caption in draft.Narration)
            {
                EditorGUILayout.LabelField(caption, EditorStyles.wordWrappedLabel);
            }

            for (int index = 0; index < draft.Lines.Count; index++)
            {
                DrawLine(draft.Lines[index], index, stored, rate);
            }

            foreach (DraftMedium medium in draft.Media)
            {
                DrawMedium(medium, previews, stored);
            }

            foreach (BeatWarning warning in draft.Warnings)
            {
                EditorGUILayout.HelpBox($"{warning.Medium} {warning.Key}: {warning.Message}", MessageType.Warning);
            }

            DrawEnd(draft, stored, rate);
        }

        private static void DrawLine(DraftLine line, int index, bool stored, Action<float, int?> rate)
        {
            EditorGUILayout.BeginHorizontal();
            EditorGUILayout.LabelField($"{line.Speaker} ({line.Emotion})", EditorStyles.boldLabel);
            using (new EditorGUI.DisabledScope(!stored))
            {
                line.Locked = GUILayout.Toggle(line.Locked, new GUIContent("Lock", "Keeps this line when the rest is made again."));
                DrawRating(index, rate);
            }

            EditorGUILayout.EndHorizontal();
            if (line.Whole && stored)
            {
                line.Wanted = EditorGUILayout.TextArea(line.Wanted);
            }
            else
            {
                EditorGUILayout.LabelField(line.Text, EditorStyles.wordWrappedLabel);
            }
        }

        private static void DrawMedium(DraftMedium medium, DeskPreviews previews, bool stored)
        {
            EditorGUILayout.BeginHorizontal();
            EditorGUILayout.LabelField(new GUIContent($"{medium.Medium} {medium.Key}", medium.Text));
            using (new EditorGUI.DisabledScope(!stored))
            {
                medium.Locked = GUILayout.Toggle(medium.Locked, new GUIContent("Lock", "Keeps it when the rest is made again."));
            }

            if (medium.Decoded is Wav && GUILayout.Button("Listen", GUILayout.Width(60)))
            {
                previews.Play(medium);
            }

            EditorGUILayout.EndHorizontal();
            Texture2D? texture = medium.Decoded is Pixels ? previews.Texture(medium) : null;
            if (texture != null)
            {
                Rect place = GUILayoutUtility.GetRect(PictureHeight, PictureHeight);
                GUI.DrawTexture(place, texture, ScaleMode.ScaleToFit, true);
            }
        }

        private static void DrawEnd(BeatDraft draft, bool stored, Action<float, int?> rate)
        {
            if (draft.Finished == null)
            {
                EditorGUILayout.LabelField("Streaming...", EditorStyles.miniLabel);
                return;
            }

            BeatTimings timings = draft.Finished.Timings;
            EditorGUILayout.BeginHorizontal();
            EditorGUILayout.LabelField(
                $"{draft.Finished.State}: first words after {timings.FirstDeltaMs ?? 0} ms, all after {timings.TotalMs} ms",
                EditorStyles.miniLabel);
            using (new EditorGUI.DisabledScope(!stored))
            {
                DrawRating(null, rate);
            }

            EditorGUILayout.EndHorizontal();
        }

        private static void DrawRating(int? line, Action<float, int?> rate)
        {
            if (GUILayout.Button(new GUIContent("+", "Good."), GUILayout.Width(24)))
            {
                rate(1, line);
            }

            if (GUILayout.Button(new GUIContent("-", "Bad; an edited line is told as the better text."), GUILayout.Width(24)))
            {
                rate(-1, line);
            }
        }
    }
}
