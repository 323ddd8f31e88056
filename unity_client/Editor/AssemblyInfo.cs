using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Narrative.Editor.Tests")] // Unity's runner
