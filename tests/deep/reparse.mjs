// Parses every text of a folder with V8, as the goal its name says. Those that V8 does not take as they are do not count.
//
// Usage: node --experimental-vm-modules reparse.mjs REWRITTEN CORPUS

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import vm from "node:vm";

const [rewritten, corpus] = process.argv.slice(2);
const error = (text, isModule) => {
  try {
    if (isModule) new vm.SourceTextModule(text);
    else new vm.Script(text);
  } catch (error) {
    return error.message;
  }
  return null;
};
let nWrong = 0;
for (const name of readdirSync(rewritten)) {
  const [, kind, file] = /^(pass-explicit|pass)-(.*)$/.exec(name);
  const isModule = name.includes(".module.");
  const wrong = error(readFileSync(join(rewritten, name), "utf8"), isModule);
  if (wrong === null || error(readFileSync(join(corpus, kind, file), "utf8"), isModule) !== null) continue;
  console.log(`${name}: ${wrong}\n  ${readFileSync(join(corpus, kind, file), "utf8")}\n  ${readFileSync(join(rewritten, name), "utf8")}`);
  nWrong++;
}
process.exit(nWrong === 0 ? 0 : 1);
