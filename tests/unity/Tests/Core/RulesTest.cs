using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using Google.Protobuf;
using Narrative.Sockets;
using Xunit;

namespace Narrative.Tests
{
    /// <summary>What holds for the core as a whole.</summary>
    public sealed class RulesTest
    {
        private const BindingFlags All =
            BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

        private static readonly Regex Banned = new Regex(
            @"\bTask\.(Run|Delay|Factory)\b|\bConfigureAwait\b|\bnew\s+(System\.Threading\.)?(Thread|Timer)\b|\bThreadPool\b"
            + @"|\bCancelAfter\b|\bDateTime\.(Utc)?Now\b|\bStopwatch\b|\.(Result|Wait)\(\)|\.GetAwaiter\(\)\.GetResult\b|\bUnityEngine\b"
            + @"|\bContinueWith\b|\bRunContinuationsAsynchronously\b");

        [Fact]
        public void Time_threads_and_the_engine_come_from_outside()
        {
            string core = Path.Combine(Repository(), "unity_client", "Runtime", "Core");
            string[] files = Directory.GetFiles(core, "*.cs", SearchOption.AllDirectories);
            Assert.True(files.Length > 20);
            IEnumerable<string> found = files.SelectMany(file => File.ReadLines(file)
                .Where(line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal))
                .Where(line => Banned.IsMatch(line))
                .Select(line => $"{Path.GetFileName(file)}: {line.Trim()}"));
            Assert.Empty(found);
        }

        [Theory]
        [InlineData("await Task.Delay(10);")]
        [InlineData("await call.ConfigureAwait(false);")]
        [InlineData("var thread = new Thread(Work);")]
        [InlineData("source.CancelAfter(10);")]
        [InlineData("return task.GetAwaiter().GetResult();")]
        public void The_ban_bites(string line) => Assert.Matches(Banned, line);

        [Fact]
        public void Generated_types_never_cross_the_public_api()
        {
            Type[] types = typeof(NarrativeClient).Assembly.GetExportedTypes();
            Assert.True(types.Length > 40);
            IEnumerable<string> found = types.SelectMany(type => Mentioned(type)
                .SelectMany(Flatten)
                .Where(one => one.Namespace == "Narrative.V1" || one.Assembly == typeof(ByteString).Assembly)
                .Select(one => $"{type.Name}: {one}"));
            Assert.Empty(found);
        }

        [Fact]
        public void Public_classes_are_sealed_and_every_awaitable_takes_a_cancellation_token_last()
        {
            Type[] types = typeof(NarrativeClient).Assembly.GetExportedTypes();
            Assert.Empty(types.Where(type => type.IsClass && !type.IsSealed).Select(type => type.Name));
            IEnumerable<string> found = typeof(NarrativeClient).GetMethods(All | BindingFlags.Public)
                .Where(method => method.IsPublic && method.Name.EndsWith("Async", StringComparison.Ordinal))
                .Where(method => method.GetParameters().LastOrDefault()?.ParameterType != typeof(CancellationToken))
                .Select(method => method.Name);
            Assert.Empty(found);
        }

        [Fact]
        public void A_beat_plays_without_any_thread_of_the_pool()
        {
            using var pool = new StarvedPool();
            byte[] body = FakeBytes.Whole("grpc-status:0\r\n", Script.Beat("b", "Hello there, all of you.").ToArray<IMessage>());
            int told = 0;
            FrameLoop.Run(
                async () =>
                {
                    var time = new ManualTime();
                    NarrativeTransport transport = NarrativeTransport.Bytes(new Uri("http://127.0.0.1:1/"), FakeBytes.Serving(body), time);
                    using NarrativeClient client = await NarrativeClient.ConnectAsync(transport, time);
                    BeatHandle handle = client.OpenBeat(Script.Request());
                    handle.AnyEvent += _ => told++;
                    await handle.PlayAsync();
                },
                TimeSpan.FromSeconds(60));
            Assert.Equal(9, told);
            Assert.False(pool.Ran, "the pool was not starved, so that this proves nothing");
        }

        [Fact]
        public void A_delta_allocates_nothing_of_ours_but_its_text()
        {
            Assert.Equal(0.0, ConsoleGame.Allocation.BytesPerDelta(), 0.05);
        }

        private static string Repository() => typeof(RulesTest).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(one => one.Key == "RepositoryRoot").Value!;

        private static IEnumerable<Type> Mentioned(Type type)
        {
            IEnumerable<MethodBase> methods = type.GetMethods(All).Cast<MethodBase>().Concat(type.GetConstructors(All))
                .Where(method => method.IsPublic || method.IsFamily);
            return methods.SelectMany(method => method.GetParameters().Select(one => one.ParameterType)
                    .Append((method as MethodInfo)?.ReturnType ?? typeof(void)))
                .Concat(type.GetProperties(All).Where(one => one.GetMethod?.IsPublic == true).Select(one => one.PropertyType))
                .Concat(type.GetFields(All).Where(one => one.IsPublic).Select(one => one.FieldType))
                .Concat(type.GetInterfaces())
                .Append(type.BaseType ?? typeof(object));
        }

        private static IEnumerable<Type> Flatten(Type type) => type.HasElementType
            ? Flatten(type.GetElementType()!)
            : type.GetGenericArguments().SelectMany(Flatten).Append(type);

        /// <summary>Holds every thread that the pool may have.</summary>
        private sealed class StarvedPool : IDisposable
        {
            private readonly ManualResetEventSlim _release = new ManualResetEventSlim();
            private readonly int _workers;
            private readonly int _ports;
            private volatile bool _ran;

            public StarvedPool()
            {
                ThreadPool.GetMaxThreads(out _workers, out _ports);
                ThreadPool.SetMaxThreads(Environment.ProcessorCount, _ports);
                for (int index = 0; index < _workers && index < 4 * Environment.ProcessorCount; index++)
                {
                    ThreadPool.UnsafeQueueUserWorkItem(_ => _release.Wait(), null);
                }

                ThreadPool.UnsafeQueueUserWorkItem(_ => _ran = true, null); // behind all those that hold the threads
            }

            public bool Ran => _ran;

            public void Dispose()
            {
                _release.Set();
                ThreadPool.SetMaxThreads(_workers, _ports);
            }
        }
    }
}
