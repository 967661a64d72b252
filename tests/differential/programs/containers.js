// Arrays, Maps, Sets and plain objects, changed in every way the language has, and read after each change.
"use strict";

function arrays() {
  const list = [5, 3, 8];
  list.push(1, 9);
  let popped = list.pop();
  list.unshift(0);
  let shifted = list.shift();
  list.splice(1, 2, "a", "b", "c");
  list.reverse();
  list[10] = "far";
  let length = list.length;
  list.length = 4;
  delete list[1];
  const isHole = !(1 in list);
  list.fill("z", 2, 3);
  list.copyWithin(0, 2);
  const numbers = [10, 9, 2, 33, 1];
  numbers.sort();
  let asText = numbers.join();
  // Two elements: how often a longer sort compares differs between versions of V8.
  const pair = numbers.splice(0, 2).sort((a, b) => b - a);
  numbers.unshift(...pair);
  let byValue = numbers.join();
  const [head, ...tail] = numbers;
  tail.push(head);
  const nested = [[1, 2], [3]];
  nested[1].push(4);
  nested.push(nested[0]);
  nested[2][0] = "shared";
  let seen = nested[0][0];
  for (let at = 0; at < numbers.length; at++) {
    numbers[at] += at;
    numbers[at] **= 2;
  }
  for (const [at, value] of numbers.entries()) {
    if (value > 10) numbers[at] = -value;
  }
  [numbers[0], numbers[4]] = [numbers[4], numbers[0]];
  return [popped, shifted, length, isHole, asText, byValue, seen];
}

function maps() {
  const map = new Map([["a", 1]]);
  map.set("b", 2).set("c", 3);
  let had = map.delete("a");
  map.set("a", 10);
  map.set("b", map.get("b") + 1);
  const keyed = new Map();
  const key = { name: "key" };
  keyed.set(key, "by identity");
  keyed.set(NaN, "not a number");
  keyed.set(-0, "zero");
  let found = keyed.get(NaN) + keyed.get(0);
  let text = "";
  for (const [name, value] of map) {
    text += name + value;
    if (name === "c") map.delete("c");
  }
  map.forEach((value, name) => {
    text += value + name;
  });
  let size = map.size;
  map.clear();
  const groups = new Map();
  for (const word of ["apple", "avocado", "banana", "cherry", "blueberry"]) {
    const letter = word[0];
    if (!groups.has(letter)) groups.set(letter, []);
    groups.get(letter).push(word);
  }
  const counts = Object.fromEntries([...groups].map(([letter, words]) => [letter, words.length]));
  let sum = counts.a + counts.b + counts.c;
  return [had, found, text, size, sum];
}

function sets() {
  const set = new Set([3, 1, 3]);
  set.add(2).add(1);
  let isOld = set.has(3);
  set.delete(3);
  const other = new Set([2, 4]);
  const union = new Set([...set, ...other]);
  let both = 0;
  for (const item of union) {
    if (set.has(item) && other.has(item)) both += item;
  }
  union.clear();
  const weak = new WeakMap();
  weak.set(set, "seen");
  let remembered = weak.get(set);
  return [isOld, both, remembered];
}

function objects() {
  const object = { a: 1, b: { c: 2 } };
  object.d = "new";
  object["e" + 1] = 5;
  object.b.c += 3;
  object.a++;
  delete object.d;
  const alias = object.b;
  alias.f = true;
  let seen = object.b.f;
  Object.assign(object, { g: 7, a: "assigned" });
  const { a, ...rest } = object;
  rest.g--;
  object.h ??= "default";
  object.h ??= "ignored";
  object.a ||= "ignored";
  object.a &&= "replaced";
  Object.defineProperty(object, "hidden", { value: "not listed", enumerable: false });
  let keys = Object.keys(object).join();
  const list = { head: null, size: 0 };
  for (let n = 0; n < 4; n++) {
    list.head = { value: n, next: list.head };
    list.size++;
  }
  let walked = "";
  for (let node = list.head; node !== null; node = node.next) {
    walked += node.value;
    if (node.value % 2 === 0) node.value = -1;
  }
  const frozen = Object.freeze({ x: 1 });
  let isSame = frozen.x === 1;
  return [seen, a, keys, walked, isSame];
}

class Inventory {
  #items = new Map();
  log = [];

  add(name, amount) {
    const before = this.#items.get(name) ?? 0;
    const after = before + amount;
    this.#items.set(name, after);
    this.log.push({ name, before, after });
    return this;
  }

  get total() {
    let total = 0;
    for (const amount of this.#items.values()) total += amount;
    return total;
  }
}

function queue() {
  const waiting = [1];
  const order = [];
  while (waiting.length > 0) {
    const next = waiting.shift();
    order.push(next);
    if (next < 8) waiting.push(next * 2, next * 2 + 1);
  }
  return order;
}

function matrix(n) {
  const rows = Array.from({ length: n }, (_, row) => new Array(n).fill(row));
  for (let row = 0; row < n; row++) {
    for (let column = 0; column < n; column++) {
      rows[row][column] = row * n + column;
    }
  }
  const transposed = rows[0].map((_, column) => rows.map((row) => row[column]));
  let trace = 0;
  for (let at = 0; at < n; at++) trace += transposed[at][at];
  return trace;
}

let results = [...arrays(), ...maps(), ...sets(), ...objects()];
const inventory = new Inventory();
inventory.add("bolt", 3).add("nut", 4).add("bolt", 2);
let stock = inventory.total;
let entries = inventory.log.length;
let order = queue().join(" ");
let trace = matrix(3);
const bytes = new Uint8Array([1, 2, 300]);
bytes[0] = 255;
let byte = bytes[2];
const date = new Date(0);
let year = date.getUTCFullYear();
const pattern = /(\d+)-(\d+)/;
const [whole, from, to] = pattern.exec("pages 12-34");
let pages = to - from;
let summary = results.filter((value) => typeof value === "string").length;
