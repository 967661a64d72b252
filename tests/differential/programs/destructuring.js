// Destructuring everywhere it may stand: declarations, parameters, loops, assignments, with defaults and rests.
"use strict";

const log = [];

const point = { x: 3, y: 4, nested: { deep: [10, 20, 30] }, "odd name": "odd" };
const { x, y: renamed, missing = "default", ...others } = point;
log.push(x, renamed, missing, Object.keys(others).length);

const {
  nested: {
    deep: [first, , third = 0, fourth = x + renamed],
  },
  ["odd " + "name"]: computed,
} = point;
log.push(first, third, fourth, computed);

function area({ width = 1, height = width * 2 } = {}, [scale = 1, ...rest] = []) {
  const total = width * height * scale;
  const count = rest.length;
  return total + count;
}
log.push(area(), area({ width: 3 }), area({ width: 2, height: 5 }, [2, "a", "b"]));

let a = 1;
let b = 2;
let c = 0;
[a, b] = [b, a];
log.push(a, b);
({ a, b: c = 9 } = { a: "assigned" });
log.push(a, c);

const target = { list: [] };
[target.one, target["two"], ...target.list] = [1, 2, 3, 4, 5];
log.push(target.one, target.two, target.list.length);

const pairs = new Map([
  ["apple", 3],
  ["pear", 5],
]);
let sum = 0;
for (const [name, amount] of pairs) {
  const line = name + " " + amount;
  sum += amount;
  log.push(line);
}
for (const { id, tags: [tag = "none"] = [] } of [{ id: 1, tags: ["red"] }, { id: 2 }, { id: 3, tags: [] }]) {
  const label = id + ":" + tag;
  log.push(label);
}

const swap = ([left, right]) => [right, left];
const [l, r] = swap(["left", "right"]);
log.push(l, r);

function* letters() {
  yield "a";
  yield "b";
  yield "c";
}
const spelled = [...letters()];
const [head, ...tail] = spelled;
log.push(head, tail.join(""));

function options(name, { retries = 3, delay: { base = 10, factor = 2 } = {} } = {}) {
  let wait = base;
  for (let attempt = 1; attempt < retries; attempt++) {
    wait *= factor;
  }
  return name + " " + wait;
}
log.push(options("plain"), options("some", { retries: 5 }), options("all", { retries: 2, delay: { base: 1, factor: 7 } }));

try {
  const { length } = null;
  log.push(length);
} catch (error) {
  const isType = error instanceof TypeError;
  log.push(isType);
}
log.push("end " + sum);
