using System.IO;
using UnityEditor.Build;
using UnityEditor.Build.Reporting;
using UnityEditor.UnityLinker;

namespace Narrative
{
    /// <summary>Hands the linker what IL2CPP's stripping must keep: it ignores a link.xml inside a package.</summary>
    internal sealed class LinkXmlProcessor : IUnityLinkerProcessor
    {
        /// <inheritdoc/>
        public int callbackOrder => 0;

        /// <inheritdoc/>
        public string GenerateAdditionalLinkXmlFile(BuildReport report, UnityLinkerBuildPipelineData data)
        {
            string folder = Path.GetFullPath(Path.Combine("Library", "Narrative"));
            Directory.CreateDirectory(folder);
            string path = Path.Combine(folder, "link.xml");
            File.WriteAllText(path, LinkXml.Text());
            return path;
        }
    }
}
