using System;

namespace Narrative.ConsoleGame
{
    /// <summary>Walks the level against a server: dotnet run --project tests/unity/ConsoleGame -- HOST:PORT.</summary>
    public static class Program
    {
        /// <summary>Returns 0 when every beat was right.</summary>
        public static int Main(string[] arguments)
        {
            if (arguments.Length != 1)
            {
                Console.Error.WriteLine("usage: Narrative.ConsoleGame HOST:PORT");
                return 2;
            }

            try
            {
                Console.WriteLine(Level.Walk(arguments[0]));
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
