// Async functions together: awaits in loops and finally, rejections, races, async iteration, many at once.
"use strict";

const log = [];
const later = (value) => new Promise((resolve) => setTimeout(() => resolve(value), 1));

async function twice(n) {
  const half = await later(n);
  const whole = half * 2;
  return whole;
}

async function sequence(list) {
  let sum = 0;
  for (const item of list) {
    const doubled = await twice(item);
    sum += doubled;
    log.push("sum " + sum);
  }
  return sum;
}

async function failing(message) {
  await null;
  throw new Error(message);
}

async function guarded(message) {
  let state = "start";
  try {
    state = "waiting";
    await failing(message);
    state = "never";
  } catch (error) {
    state = "caught " + error.message;
  } finally {
    await later(0);
    log.push(state);
  }
  return state;
}

async function* countdown(from) {
  for (let n = from; n > 0; n--) {
    const shown = await later(n);
    yield shown;
  }
}

class Queue {
  #waiting = [];
  #tail = Promise.resolve();
  run(job) {
    const next = this.#tail.then(() => job());
    this.#waiting.push(next);
    this.#tail = next.catch(() => undefined);
    return next;
  }
  get length() {
    return this.#waiting.length;
  }
}

async function main() {
  const total = await sequence([1, 2, 3]);
  log.push("total " + total);
  const state = await guarded("broken");
  log.push("state " + state);
  let seen = "";
  for await (const n of countdown(3)) {
    seen += n;
  }
  log.push("seen " + seen);
  const queue = new Queue();
  const jobs = ["a", "b", "c"].map((name) =>
    queue.run(async () => {
      const value = await later(name);
      return value + value;
    }),
  );
  const results = await Promise.all(jobs);
  log.push("results " + results.join(" ") + " " + queue.length);
  const settled = await Promise.allSettled([twice(4), failing("lost")]);
  for (const { status, value, reason } of settled) {
    const text = status === "fulfilled" ? value : reason.message;
    log.push(text);
  }
  const first = await Promise.race([later("slow"), Promise.resolve("fast")]);
  log.push(first);
}

main().then(
  () => log.push("end"),
  (error) => log.push("failed " + error),
);
