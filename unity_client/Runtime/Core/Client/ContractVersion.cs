using System.Globalization;

namespace Narrative
{
    /// <summary>The handshake: which contracts both sides speak.</summary>
    internal static class ContractVersion
    {
        public const int Major = 1;
        public const int Minor = 1;

        /// <summary>The version of the contracts that this client was generated from.</summary>
        public static string Client => $"{Major}.{Minor}";

        /// <summary>Raises a version mismatch unless the major is equal and the server's minor at least this client's.</summary>
        /// <param name="server">What the server told.</param>
        /// <exception cref="NarrativeException">With <see cref="NarrativeErrorCode.VersionMismatch"/>.</exception>
        public static void Check(string server)
        {
            string[] parts = server.Split('.');
            bool legal = int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int major);
            int minor = 0;
            legal &= parts.Length == 2 && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out minor);
            if (legal && major == Major && minor >= Minor)
            {
                return;
            }

            string help = legal && (major > Major) ? "update this package" : "update the server";
            throw new NarrativeException(
                NarrativeErrorCode.VersionMismatch,
                $"The server speaks contracts {(server.Length == 0 ? "of no version" : server)} and this client {Client}; "
                + $"an equal major and a server minor of at least {Minor} are needed: {help}.");
        }
    }
}
