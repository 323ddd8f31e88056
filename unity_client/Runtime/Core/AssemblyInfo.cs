using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Narrative.Tests")] // dotnet test, and Unity's runner
