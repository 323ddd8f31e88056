using System;
using System.Threading.Tasks;
using UnityEditor;
using UnityEngine;

namespace Narrative
{
    /// <summary>A row that tells where the editor's connection stands, with buttons to open and close it.</summary>
    internal static class ConnectionBar
    {
        public static void Draw(EditorConnection connection)
        {
            EditorGUILayout.BeginHorizontal();
            GUILayout.Label(Describe(connection), EditorStyles.boldLabel);
            GUILayout.FlexibleSpace();
            bool open = connection.State == ConnectionState.Ready || connection.State == ConnectionState.Connecting;
            if (open && GUILayout.Button("Disconnect", GUILayout.Width(100)))
            {
                connection.Close();
            }
            else if (!open && GUILayout.Button("Connect", GUILayout.Width(100)))
            {
                _ = TryAsync(connection);
            }

            EditorGUILayout.EndHorizontal();
            if (connection.LastError.Length > 0)
            {
                EditorGUILayout.HelpBox(connection.LastError, MessageType.Error);
            }
        }

        private static string Describe(EditorConnection connection) => connection.State switch
        {
            ConnectionState.Connecting => "Connecting...",
            ConnectionState.Ready => "Connected",
            ConnectionState.Failed => "Not connected",
            _ => "Closed",
        };

        private static async Task TryAsync(EditorConnection connection)
        {
            try
            {
                await connection.GetClientAsync();
            }
            catch (Exception error) when (error is NarrativeException || error is OperationCanceledException
                || error is ArgumentException || error is NotSupportedException)
            {
                // The row shows it.
            }
        }
    }
}
