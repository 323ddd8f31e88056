// Parses a Yarn file and plays it from a node: node play_yarn.js FILE NODE
// Prints {"errors": [...], "lines": [{"speaker", "text", "tags"}], "commands": [...]} as JSON.
const fs = require("fs");
const path = require("path");
const YarnBound = require(path.join(path.dirname(require.resolve("yarn-bound/package.json")), "dist", "yarn-bound.js"));

const errors = [];
const lines = [];
const commands = [];
try {
  const runner = new (YarnBound.default || YarnBound)({
    dialogue: fs.readFileSync(process.argv[2], "utf8"),
    startAt: process.argv[3],
    handleCommand: (result) => commands.push(result.command),
  });
  for (;;) {
    const result = runner.currentResult;
    if (result && result.text !== undefined) {
      const name = (result.markup || []).find((attribute) => attribute.name === "character");
      // Yarn Spinner resolves escapes in names, yarn-bound leaves them.
      const speaker = name ? name.properties.name.replace(/\\(.)/g, "$1") : "";
      lines.push({ speaker, text: result.text, tags: result.hashtags || [] });
    }
    if (!result || result.isDialogueEnd) break;
    runner.advance();
  }
} catch (error) {
  errors.push(String(error));
}
process.stdout.write(JSON.stringify({ errors, lines, commands }));
