// Compiles an ink file with ink's own compiler and plays it: node play_ink.js FILE [CHOICE INDEX]
// Prints {"errors": [...], "warnings": [...], "lines": [{"text", "tags"}]} as JSON.
const fs = require("fs");
const { Compiler, CompilerOptions } = require("inkjs/full");

const errors = [];
const warnings = [];
// Error types: 0 author's notes, 1 warnings, 2 errors.
const onError = (message, type) => (type === 2 ? errors : warnings).push(message);
const options = new CompilerOptions(null, [], false, onError, null);
const lines = [];
try {
  const story = new Compiler(fs.readFileSync(process.argv[2], "utf8"), options).Compile();
  story.onError = onError;
  while (story.canContinue) {
    const text = story.Continue();
    lines.push({ text: text.replace(/\n$/, ""), tags: [...story.currentTags] });
  }
} catch (error) {
  if (errors.length === 0) errors.push(String(error));
}
process.stdout.write(JSON.stringify({ errors, warnings, lines }));
