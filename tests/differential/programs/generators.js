// Generators, async functions, async iteration, promises, microtasks and timers in their order.
"use strict";

const log = [];

function* numbers(limit) {
  let n = 0;
  try {
    while (n < limit) {
      const received = yield n;
      if (received === "skip") n += 10;
      n++;
    }
    return "end " + n;
  } finally {
    log.push("closed at " + n);
  }
}

function* fibonacci() {
  let [previous, current] = [0, 1];
  for (;;) {
    yield current;
    [previous, current] = [current, previous + current];
  }
}

function* take(n, items) {
  let taken = 0;
  for (const item of items) {
    if (taken === n) return;
    taken++;
    yield item;
  }
}

function* delegating() {
  const inner = yield* numbers(3);
  const text = "inner " + inner;
  yield text;
}

function* walk(tree) {
  if (tree === null) return;
  yield* walk(tree.left);
  yield tree.value;
  yield* walk(tree.right);
}

function leaf(value) {
  return { value, left: null, right: null };
}

async function pause(turns) {
  for (let turn = 0; turn < turns; turn++) {
    await null;
  }
  return turns;
}

async function work(name, turns) {
  const started = log.length;
  log.push(name + " begins");
  const waited = await pause(turns);
  log.push(name + " ends");
  const ended = log.length;
  return ended - started + waited;
}

async function failing(message) {
  await pause(1);
  throw new Error(message);
}

async function careful() {
  let road = "";
  for (const message of ["first", "second"]) {
    try {
      await failing(message);
      road += "never ";
    } catch (error) {
      const text = error.message;
      road += text + " ";
    } finally {
      road += "| ";
      await pause(1);
    }
  }
  return road;
}

async function* ticker(n) {
  let tick = 0;
  try {
    while (tick < n) {
      await pause(1);
      yield tick;
      tick++;
    }
  } finally {
    log.push("ticker done");
  }
}

async function consume() {
  let total = 0;
  for await (const tick of ticker(5)) {
    total += tick;
    if (tick === 3) break;
  }
  return total;
}

function later(milliseconds, value) {
  return new Promise((resolve) => {
    setTimeout(() => {
      const passed = value + 1;
      resolve(passed);
    }, milliseconds);
  });
}

const counter = {
  value: 0,
  async add(amount) {
    const before = this.value;
    await pause(1);
    this.value = before + amount;
    return this.value;
  },
};

const one = numbers(20);
let first = one.next().value;
let second = one.next("skip").value;
let third = one.next().value;
let closed = one.return("early").value;
let rest = [...numbers(3)];
let series = [...take(8, fibonacci())];
let delegated = Array.from(delegating()).join();
const tree = { value: 4, left: { value: 2, left: leaf(1), right: leaf(3) }, right: leaf(6) };
let sorted = "";
for (const value of walk(tree)) {
  sorted += value;
}

async function main() {
  const both = await Promise.all([work("a", 2), work("b", 1)]);
  const lengths = both[0] * 10 + both[1];
  const road = await careful();
  const total = await consume();
  const passed = await later(1, 41);
  const racing = await Promise.race([later(30, 1), work("c", 1)]);
  const added = await Promise.all([counter.add(1), counter.add(2)]);
  const settled = await Promise.allSettled([failing("third"), pause(1)]);
  const [{ status, reason }, { value }] = settled;
  const message = reason.message;
  let callbacks = 0;
  await pause(1)
    .then((turns) => {
      callbacks += turns;
      return failing("chained");
    })
    .catch((error) => {
      callbacks += error.message.length;
    })
    .finally(() => {
      callbacks++;
    });
  return { lengths, road, total, passed, racing, last: added[1], status, message, value, callbacks };
}

let finished = "";
main().then((result) => {
  const { lengths, road, total, callbacks } = result;
  finished = `${lengths} ${road} ${total} ${callbacks}`;
  log.push(finished);
});
queueMicrotask(() => {
  const entries = log.length;
  log.push("microtask after " + entries);
});
let synchronous = log.length;
