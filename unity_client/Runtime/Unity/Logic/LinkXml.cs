using System.Collections.Generic;
using System.Text;

namespace Narrative
{
    /// <summary>
    /// The list of what IL2CPP's stripping must keep. Unity ignores a link.xml inside a package, so that the editor hands
    /// this text to the linker. Protobuf finds the generated messages' properties by reflection.
    /// </summary>
    internal static class LinkXml
    {
        /// <summary>Assemblies that are kept whole.</summary>
        public static readonly IReadOnlyList<string> Assemblies = new[]
        {
            "Google.Protobuf", "Narrative.Contracts", "Narrative.Core", "Narrative.Unity", "Grpc.Core.Api", "Grpc.Net.Client",
            "Grpc.Net.Client.Web", "Grpc.Net.Common",
        };

        public static string Text()
        {
            var text = new StringBuilder("<linker>\n");
            foreach (string assembly in Assemblies)
            {
                text.Append("  <assembly fullname=\"").Append(assembly).Append("\" preserve=\"all\" ignoreIfMissing=\"1\"/>\n");
            }

            return text.Append("</linker>\n").ToString();
        }
    }
}
