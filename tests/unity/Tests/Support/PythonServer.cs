using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Threading.Tasks;

namespace Narrative.Tests
{
    /// <summary>The real server with scripted engines, as a process of its own.</summary>
    internal sealed class PythonServer : IDisposable
    {
        private readonly Process _process;

        private readonly string[] _addresses;

        private PythonServer(Process process, string addresses)
        {
            _process = process;
            _addresses = addresses.Split(' ');
        }

        public string Address => _addresses[0];

        public string WebAddress => _addresses[1];

        public string Port => Address.Split(':')[1];

        /// <summary>The addresses, gRPC and web, of a server of the process.</summary>
        public (string Grpc, string Web) At(int index) => (_addresses[index * 2], _addresses[(index * 2) + 1]);

        public static async Task<PythonServer> StartAsync(params string[] options)
        {
            string root = typeof(PythonServer).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
                .Single(one => one.Key == "RepositoryRoot").Value!;
            string venv = OperatingSystem.IsWindows() ? ".venv/Scripts/python.exe" : ".venv/bin/python";
            string python = Environment.GetEnvironmentVariable("NARRATIVE_TEST_PYTHON") ?? Path.GetFullPath(Path.Combine(root, venv));
            var start = new ProcessStartInfo(python)
            {
                WorkingDirectory = root,
                RedirectStandardOutput = true,
                RedirectStandardInput = true,
            };
            start.ArgumentList.Add(Path.Combine(root, "tests", "unity", "server.py"));
            Array.ForEach(options, start.ArgumentList.Add);
            start.Environment["PYTHONPATH"] = root;
            Process process = Process.Start(start) ?? throw new InvalidOperationException($"{python} does not start.");
            Task<string?> first = process.StandardOutput.ReadLineAsync();
            if (await Task.WhenAny(first, Task.Delay(TimeSpan.FromSeconds(180))) != first || string.IsNullOrEmpty(await first))
            {
                process.Kill(entireProcessTree: true);
                throw new InvalidOperationException("The Python server told no address; its standard error says why.");
            }

            return new PythonServer(process, (await first)!);
        }

        /// <summary>Kills it as a crash would.</summary>
        public void Kill()
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }

        public void Dispose()
        {
            if (!_process.HasExited)
            {
                Kill();
            }

            _process.Dispose();
        }
    }
}
