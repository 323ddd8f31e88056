using System;
using System.Threading.Tasks;
using UnityEditor;
using UnityEngine;

namespace Narrative
{
    /// <summary>Window > Narrative > Server Status: versions, engines, limits and load, asked every two seconds.</summary>
    internal sealed class ServerStatusWindow : EditorWindow
    {
        private const double IntervalS = 2;

        private ServerInfo? _info;
        private string _error = "";
        private double _nextS;
        private bool _asking;
        private Vector2 _scroll;

        [MenuItem("Window/Narrative/Server Status")]
        private static void Open() => GetWindow<ServerStatusWindow>("Server Status");

        private void OnEnable()
        {
            EditorApplication.update += Poll;
            EditorConnection.Shared.Changed += Repaint;
        }

        private void OnDisable()
        {
            EditorApplication.update -= Poll;
            EditorConnection.Shared.Changed -= Repaint;
        }

        private void Poll()
        {
            EditorConnection connection = EditorConnection.Shared;
            if (connection.State == ConnectionState.Ready && !_asking && EditorApplication.timeSinceStartup >= _nextS)
            {
                _ = AskAsync(connection);
            }
        }

        private async Task AskAsync(EditorConnection connection)
        {
            _asking = true;
            try
            {
                NarrativeClient client = await connection.GetClientAsync();
                _info = await client.GetServerInfoAsync(connection.Closed);
                _error = "";
            }
            catch (Exception error) when (error is NarrativeException || error is OperationCanceledException
                || error is ObjectDisposedException)
            {
                _info = null;
                _error = error is NarrativeException ? error.Message : "";
            }
            finally
            {
                _asking = false;
                _nextS = EditorApplication.timeSinceStartup + IntervalS;
                Repaint();
            }
        }

        private void OnGUI()
        {
            ConnectionBar.Draw(EditorConnection.Shared);
            if (_error.Length > 0)
            {
                EditorGUILayout.HelpBox(_error, MessageType.Warning);
            }

            if (_info == null)
            {
                return;
            }

            _scroll = EditorGUILayout.BeginScrollView(_scroll);
            EditorGUILayout.LabelField("Server", _info.ServerVersion);
            EditorGUILayout.LabelField("Contracts", $"{_info.ContractVersion} (this client: {NarrativeClient.ContractsVersion})");
            ServerLoad load = _info.Load;
            ServerLimits limits = _info.Limits;
            EditorGUILayout.LabelField("Beats", $"{load.ActiveBeats} of {limits.MaxActiveBeats} play, {load.QueuedBeats} wait");
            EditorGUILayout.LabelField("Calls", $"{load.ActiveGenerations} generate lines, {load.QueuedCalls} wait");
            EditorGUILayout.LabelField("A beat may have", $"{limits.MaxCast} characters, {limits.MaxLines} lines");
            EditorGUILayout.Space();
            foreach (EngineInfo engine in _info.Engines)
            {
                EditorGUILayout.LabelField(engine.Name, $"{engine.State}: {engine.Model} ({engine.Kind}), "
                    + $"{engine.Active} active, {engine.Queued} waiting, {engine.Restarts} restarts");
                if (engine.Detail.Length > 0)
                {
                    EditorGUILayout.HelpBox(engine.Detail, MessageType.Warning);
                }
            }

            EditorGUILayout.EndScrollView();
        }
    }
}
