using System;

namespace Narrative.ConsoleGame
{
    /// <summary>
    /// Walks the level against a server: dotnet run --project tests/unity/ConsoleGame -- HOST:PORT. Or measures the transports,
    /// as tests/unity/bench.py has it: bench HOST:PORT WEBHOST:PORT BEATS.
    /// </summary>
    public static class Program
    {
        /// <summary>Returns 0 when every beat was right.</summary>
        public static int Main(string[] arguments)
        {
            bool bench = arguments.Length == 4 && arguments[0] == "bench";
            int beats = 0;
            if (bench ? !int.TryParse(arguments[3], out beats) || beats < 1 : arguments.Length != 1)
            {
                Console.Error.WriteLine("usage: Narrative.ConsoleGame HOST:PORT | bench HOST:PORT WEBHOST:PORT BEATS");
                return 2;
            }

            try
            {
                Console.WriteLine(bench ? Bench.Measure(arguments[1], arguments[2], beats) : Level.Walk(arguments[0]));
                return 0;
            }
            catch (AggregateException error)
            {
                Console.Error.WriteLine(error.InnerException);
                return 1;
            }
        }
    }
}
