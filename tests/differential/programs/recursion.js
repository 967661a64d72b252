// Recursion: plain, mutual, over trees, with memory of what was computed, and through callbacks.
"use strict";

const log = [];

function factorial(n) {
  if (n < 2) return 1n;
  const below = factorial(n - 1);
  return BigInt(n) * below;
}
log.push(factorial(12));

const isEven = (n) => (n === 0 ? true : isOdd(n - 1));
const isOdd = (n) => (n === 0 ? false : isEven(n - 1));
log.push(isEven(7), isOdd(7));

const memory = new Map();
function ways(steps) {
  if (steps < 0) return 0;
  if (steps === 0) return 1;
  const known = memory.get(steps);
  if (known !== undefined) return known;
  let sum = 0;
  for (const stride of [1, 2, 3]) {
    sum += ways(steps - stride);
  }
  memory.set(steps, sum);
  return sum;
}
log.push(ways(8));

function insert(tree, key) {
  if (tree === null) return { key, left: null, right: null };
  if (key < tree.key) tree.left = insert(tree.left, key);
  else tree.right = insert(tree.right, key);
  return tree;
}
let tree = null;
for (const key of [5, 2, 8, 1, 9, 3]) {
  tree = insert(tree, key);
}

function depth(node) {
  if (node === null) return 0;
  const left = depth(node.left);
  const right = depth(node.right);
  return 1 + Math.max(left, right);
}
log.push(depth(tree));

function walk(node, visit, level = 0) {
  if (node === null) return;
  walk(node.left, visit, level + 1);
  const { key } = node;
  visit(key, level);
  walk(node.right, visit, level + 1);
}
const order = [];
walk(tree, (key, level) => {
  const entry = key + "@" + level;
  order.push(entry);
});
log.push(order.join(" "));

function permutations(items) {
  if (items.length === 0) return [[]];
  const all = [];
  items.forEach((item, index) => {
    const rest = items.filter((_, other) => other !== index);
    for (const tail of permutations(rest)) {
      all.push([item, ...tail]);
    }
  });
  return all;
}
log.push(permutations(["a", "b", "c"]).map((list) => list.join("")).join(" "));

function hanoi(n, from, to, by, moves) {
  if (n === 0) return moves;
  hanoi(n - 1, from, by, to, moves);
  moves.push(from + to);
  hanoi(n - 1, by, to, from, moves);
  return moves;
}
log.push(hanoi(4, "A", "C", "B", []).length);

function ackermann(m, n) {
  if (m === 0) return n + 1;
  if (n === 0) return ackermann(m - 1, 1);
  const inner = ackermann(m, n - 1);
  return ackermann(m - 1, inner);
}
log.push(ackermann(2, 2));

const flatten = (list) => list.reduce((flat, item) => flat.concat(Array.isArray(item) ? flatten(item) : item), []);
log.push(flatten([1, [2, [3, [4]], 5], [[6]]]).join(""));
log.push("end");
