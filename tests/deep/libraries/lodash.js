const _ = require("lodash");

// What depends on time or chance, changes lodash itself, or never ends.
const LEFT_OUT = ["now", "random", "sample", "sampleSize", "shuffle", "delay", "defer", "debounce", "throttle", "mixin", "runInContext", "noConflict",
  "tap", "thru", "bindAll"];
class Shape {
  constructor(side) {
    this.side = side;
  }
  area() {
    return this.side ** 2;
  }
}
Shape.prototype.inherited = 1;
const pool = () => [
  undefined, null, 0, -1.5, 3, NaN, "", "fooBar baz", "  a-b_c  ", true, [], [3, 1, 2, 1], [[1, "a"], [2, "b"]], ["b", "a", "b"], {},
  { a: 1, b: { c: [1, { d: 2 }] } }, [{ a: 1, b: 2 }, { a: 3, b: 4 }, { a: 1, b: 5 }], (x) => x, (a, b) => (a > b ? 1 : -1), "a", /o/g, new Date(86),
  new Map([["k", { v: 1 }]]), new Set([1, 2, 2]), Symbol.iterator, new Shape(4), new Uint8Array([1, 2, 3]), Object.assign(new Error("e"), { stack: "Error: e" }), Object(7), [, 1, , 2],
];
module.exports = async (tried) => {
  const names = Object.keys(_).filter((name) => typeof _[name] === "function" && !LEFT_OUT.includes(name)).sort();
  const n = pool().length;
  for (const name of names) {
    for (let i = 0; i < n; i++) tried(`${name}(${i})`, () => _[name](pool()[i]));
    for (let i = 0; i < n; i++) {
      for (const j of [4, 7, 13, 15, 17]) {
        if (name === "times" || name === "range" || name === "rangeRight" || name.startsWith("pad") || name === "repeat") continue;
        tried(`${name}(${i}, ${j})`, () => _[name](pool()[i], pool()[j]));
      }
    }
    tried(`${name}(a, b, c)`, () => _[name]([4, 5, 6], 1, (x) => x + 1));
    tried(`${name}(o, path, v)`, () => _[name]({ a: { b: [1, 2] } }, "a.b[1]", 9));
  }
  tried("chain", () => _([5, 1, 4]).map((x) => x * 2).filter((x) => x > 2).sortBy().reverse().take(2).value());
  tried("lazy", () => _(_.range(500)).map((x) => x + 1).filter((x) => x % 3 === 0).take(5).join());
  tried("template", () => _.template("<% for (const x of xs) { %><li><%- x %></li><% } %>${ n }")({ xs: ["<", "a"], n: 3 }));
  tried("merge", () => _.merge({ a: [{ b: 1 }] }, { a: [{ c: 2 }, 3] }, { a: { 2: "x" } }));
  const memo = _.memoize((x) => x * 2);
  tried("memoize", () => [memo(2), memo(2), memo.cache.size]);
  tried("curry", () => _.curry((a, b, c) => [a, b, c])(1)(_, 3)(2));
  tried("flow", () => _.flow([_.trim, _.toUpper, (s) => s.split("")])(" abc "));
  const once = _.debounce((x) => x, 1, { leading: true });
  tried("debounce", () => [once(1), once(2)]);
  await new Promise((resolve) => setTimeout(resolve, 20));
  tried("debounced", () => once(3));
};
