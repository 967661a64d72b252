// Drives one library through a broad corpus and writes what it said into a file, one line for each thing tried.
//
// Usage: node main.js LIBRARY FILE

const { writeFileSync } = require("node:fs");
const { inspect } = require("node:util");

const [library, file] = process.argv.slice(2);
const lines = [];
// The traces of errors end where V8 stops counting, and the recorder's own frames count.
Error.stackTraceLimit = 0;
const show = (value) => inspect(value, { depth: 8, maxArrayLength: 200, maxStringLength: 5000, breakLength: Infinity, sorted: true });
// A value, or the error that came instead.
const tried = (name, run) => {
  let said;
  try {
    said = show(run());
  } catch (error) {
    // V8 quotes the text of functions in words of its own, and knows the rewritten one.
    const message = String(error && error.message).replace(/ of function '.*'$/s, " of function");
    said = `throws ${error && error.name}: ${message}`;
  }
  lines.push(`${name}: ${said}`);
};

Promise.resolve(require(`./${library}.js`)(tried)).then(() => writeFileSync(file, lines.join("\n")));
