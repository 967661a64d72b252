const { createHash } = require("node:crypto");
const { readFileSync, readdirSync } = require("node:fs");
const { join, dirname } = require("node:path");
const acorn = require("acorn");

const hash = (value) => createHash("sha256").update(JSON.stringify(value, (_, v) => (typeof v === "bigint" ? `${v}n` : v))).digest("hex");
const read = (path) => readFileSync(require.resolve(path), "utf8");
module.exports = (tried) => {
  for (const path of ["mustache/mustache.js", "preact/dist/preact.js", "immer/dist/cjs/immer.cjs.production.js"]) {
    for (const ecmaVersion of [5, 2015, 2022, "latest"]) {
      tried(`${path} ${ecmaVersion}`, () => hash(acorn.parse(read(path), { ecmaVersion, locations: true })));
    }
    const comments = [], tokens = [];
    tried(`tokens ${path}`, () => {
      acorn.parse(read(path), { ecmaVersion: "latest", onComment: comments, onToken: tokens });
      return [comments.length, tokens.length, hash(tokens.map(({ type, value, start }) => [type.label, String(value), start]))];
    });
  }
  const folder = dirname(require.resolve("test262-parser-tests/package.json"));
  for (const kind of ["pass", "pass-explicit", "fail", "early"]) {
    for (const file of readdirSync(join(folder, kind)).sort()) {
      const text = readFileSync(join(folder, kind, file), "utf8");
      const sourceType = file.includes(".module.") ? "module" : "script";
      tried(`${kind}/${file}`, () => hash(acorn.parse(text, { ecmaVersion: "latest", sourceType, ranges: true })));
    }
  }
  class Plugin extends acorn.Parser {
    parseExprAtom(...args) {
      const node = super.parseExprAtom(...args);
      node.seen = true;
      return node;
    }
  }
  tried("plugin", () => hash(Plugin.parse("a + (b => b * 2)(3)", { ecmaVersion: 2020 })));
  tried("extend", () => hash(acorn.Parser.extend((P) => class extends P { finishNode(n, t) { return super.finishNode(n, `x${t}`); } }).parse("f(1)", { ecmaVersion: 6 })));
  tried("loose", () => acorn.parseExpressionAt("  x + ", 2, { ecmaVersion: 6 }));
};
