// Closures, loops of every kind, recursion, shadowing, primitives of every type.
"use strict";

function makeCounters(n) {
  const counters = [];
  let shared = 0;
  for (let i = 0; i < n; i++) {
    const square = i * i;
    counters.push(() => {
      shared += i;
      return square + shared;
    });
  }
  return { counters, total: () => shared };
}

function hanoi(n, from, to, spare, moves) {
  if (n === 0) {
    return moves;
  }
  hanoi(n - 1, from, spare, to, moves);
  moves.push(from + to);
  return hanoi(n - 1, spare, to, from, moves);
}

function isEven(n) {
  if (n === 0) return true;
  return isOdd(n - 1);
}

function isOdd(n) {
  if (n === 0) return false;
  return isEven(n - 1);
}

const memo = new Map();
function fibonacci(n) {
  if (n < 2) return n;
  const known = memo.get(n);
  if (known !== undefined) return known;
  const sum = fibonacci(n - 1) + fibonacci(n - 2);
  memo.set(n, sum);
  return sum;
}

function hoisted(flag) {
  if (flag) {
    var late = "set";
  }
  {
    let late = "inner";
    late += "!";
  }
  return late;
}

function sum(first, second = first * 2, ...others) {
  let result = first + second;
  for (const other of others) {
    result += other;
  }
  return result;
}

function compose(...steps) {
  return function composed(value) {
    let current = value;
    for (const step of steps) current = step(current);
    return current;
  };
}

function sieve(limit) {
  const isComposite = new Array(limit + 1).fill(false);
  const primes = [];
  for (let n = 2; n <= limit; n++) {
    if (isComposite[n]) continue;
    primes.push(n);
    for (let multiple = n * n; multiple <= limit; multiple += n) {
      isComposite[multiple] = true;
    }
  }
  return primes;
}

function collatz(start) {
  let n = start;
  let steps = 0;
  let text = "";
  while (n !== 1) {
    n = n % 2 === 0 ? n / 2 : 3 * n + 1;
    steps++;
    text += n + " ";
  }
  return { steps, text };
}

function primitives() {
  const big = 2n ** 70n;
  const negativeZero = -0;
  const notANumber = 0 / 0;
  const infinite = -1 / 0;
  const nothing = null;
  const missing = undefined;
  const mark = Symbol("mark");
  const text = "línea\nwith \"quotes\" and 😀";
  const tiny = 5e-324;
  let flag = true;
  flag = !flag;
  return [big, negativeZero, notANumber, infinite, nothing, missing, mark, text, tiny, flag];
}

function labelled(rows) {
  let visited = 0;
  outer: for (let row = 0; row < rows; row++) {
    for (let column = 0; ; column++) {
      visited++;
      if (column === row) continue outer;
      if (row + column > 5) break outer;
    }
  }
  return visited;
}

function classify(value) {
  let kind = "";
  switch (typeof value) {
    case "number": {
      const sign = Math.sign(value);
      kind = "number" + sign;
      break;
    }
    case "string":
      kind = "text";
    // falls through
    case "symbol":
      kind += "ual";
      break;
    default:
      kind = "other";
  }
  return kind;
}

function countKeys(object) {
  let keys = "";
  for (const key in object) {
    if (key.startsWith("_")) continue;
    keys += key;
  }
  return keys;
}

function shadows(x) {
  const before = x;
  {
    const x = before + 1;
    {
      let x = before + 2;
      x *= 2;
    }
    const readInner = () => x;
    readInner();
  }
  const apply = function (x) {
    x = x + before;
    return x;
  };
  return apply(x) + x;
}

const { counters, total } = makeCounters(4);
let answer = 0;
for (const counter of counters) {
  answer += counter();
}
answer += total();

let moves = hanoi(4, "A", "B", "C", []);
let even = isEven(9);
let fib = fibonacci(15);
let first = hoisted(true);
let second = hoisted(false);
let sums = sum(1) + sum(1, 2) + sum(1, 2, 3, 4);
let composed = compose((n) => n + 1, (n) => n * 10, String);
let shown = composed(4);
let primes = sieve(60);
let walk = collatz(27).steps;
let all = primitives();
let cells = labelled(6);
let kinds = [1, -2, "a", Symbol.iterator, null].map(classify);
let keys = countKeys({ a: 1, _b: 2, c: 3 });
let shadowed = shadows(3);
let i = 10;
do {
  i -= 3;
  if (i < 0) break;
} while (true);
const once = (function () {
  let calls = 0;
  return () => ++calls;
})();
once();
once();
let last = once();
var globalNumber = 1;
var globalText = `${globalNumber} and ${last}`;
globalNumber = globalText.length;
