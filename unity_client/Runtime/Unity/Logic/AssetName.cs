using System.Text;

namespace Narrative
{
    /// <summary>Names of files made from words: letters, digits, - and _ of ASCII, at most 40 characters, never empty.</summary>
    internal static class AssetName
    {
        private const int MaxLength = 40;

        public static string Of(string words)
        {
            var name = new StringBuilder();
            foreach (char letter in words)
            {
                bool legal = (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9')
                    || letter == '-';
                if (legal)
                {
                    name.Append(letter);
                }
                else if (name.Length > 0 && name[name.Length - 1] != '_')
                {
                    name.Append('_');
                }

                if (name.Length == MaxLength)
                {
                    break;
                }
            }

            string trimmed = name.ToString().Trim('_');
            return trimmed.Length > 0 ? trimmed : "beat";
        }
    }
}
