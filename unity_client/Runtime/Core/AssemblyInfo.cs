using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Narrative.Unity")] // makes the events of a baked story
[assembly: InternalsVisibleTo("Narrative.Editor")]
[assembly: InternalsVisibleTo("Narrative.Tests")] // dotnet test, and Unity's runner
[assembly: InternalsVisibleTo("Narrative.Editor.Tests")]
