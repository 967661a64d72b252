// Classes, destructuring, exceptions on every road through try, catch and finally.
"use strict";

class Shape {
  static count = 0;
  static #registry = new Map();
  name;
  #secret = 7;

  constructor(name) {
    this.name = name;
    Shape.count++;
    Shape.#registry.set(name, this);
  }

  static find(name) {
    const found = Shape.#registry.get(name);
    return found ?? null;
  }

  get area() {
    return 0;
  }

  set secret(value) {
    const doubled = value * 2;
    this.#secret = doubled;
  }

  reveal() {
    const secret = this.#secret;
    return secret;
  }

  describe() {
    const area = this.area;
    return `${this.name}: ${area}`;
  }
}

class Circle extends Shape {
  constructor(radius) {
    const label = "circle" + radius;
    super(label);
    this.radius = radius;
  }

  get area() {
    const squared = this.radius ** 2;
    return Math.round(Math.PI * squared);
  }
}

class Square extends Shape {
  side = 1;

  constructor(side) {
    super("square");
    this.side = side;
  }

  get area() {
    return this.side * this.side;
  }

  describe() {
    const base = super.describe();
    return base + "!";
  }
}

class Stack {
  items = [];

  push(item) {
    this.items.push(item);
    return this;
  }

  pop() {
    if (this.items.length === 0) {
      throw new RangeError("the stack is empty");
    }
    return this.items.pop();
  }

  *[Symbol.iterator]() {
    for (let at = this.items.length - 1; at >= 0; at--) {
      yield this.items[at];
    }
  }
}

function destructure({ name, size: { width = 10, height } = {}, ...rest }, [first, , third = "none", ...others]) {
  const restKeys = Object.keys(rest).join();
  let swapped = [height, width];
  [swapped[0], swapped[1]] = [swapped[1], swapped[0]];
  const [left, right] = swapped;
  return `${name} ${left} ${right} ${restKeys} ${first} ${third} ${others.length}`;
}

function risky(n) {
  let road = "";
  try {
    road += "try ";
    if (n === 1) throw new Error("one");
    if (n === 2) return road + "returned ";
    if (n === 3) null.property;
    road += "end ";
  } catch (error) {
    const message = error.message;
    road += message.length + " ";
    if (error instanceof TypeError) road += "type ";
  } finally {
    road += "finally ";
    trace.push(road);
  }
  return road;
}

function nested(depth) {
  try {
    if (depth === 0) {
      throw { code: 42, depth };
    }
    nested(depth - 1);
  } catch ({ code, depth: thrownAt }) {
    const sum = code + thrownAt;
    if (depth < 2) throw { code: sum, depth };
    return sum;
  } finally {
    cleanups++;
  }
  return -1;
}

function overriding() {
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      if (attempt < 2) throw attempt;
      return "done " + attempt;
    } catch {
      continue;
    } finally {
      attempts += attempt;
    }
  }
  return "never";
}

function swallow(action) {
  try {
    return action();
  } catch (error) {
    return error.name + ": " + error.message;
  }
}

const trace = [];
let cleanups = 0;
let attempts = 0;

const circle = new Circle(3);
const square = new Square(4);
square.secret = 21;
let revealed = square.reveal() + circle.reveal();
let described = circle.describe() + " " + square.describe();
let count = Shape.count;
let isFound = Shape.find("square") === square;
let notFound = Shape.find("triangle");

const stack = new Stack();
stack.push(1).push("two").push(null);
let order = "";
for (const item of stack) {
  order += item;
}
let popped = stack.pop();
stack.pop();
stack.pop();
let failure = swallow(() => stack.pop());

let pieces = destructure({ name: "box", size: { height: 3 }, colour: "red", weight: 2 }, ["a", "b"]);
let others = destructure({ name: "bag" }, ["x", "y", "z", 1, 2]);

for (let n = 0; n < 4; n++) {
  risky(n);
}
let sum = nested(3);
let tries = overriding();
let unknown = swallow(() => {
  const value = undefinedName;
  return value;
});

const account = {
  balance: 10,
  get isRich() {
    const limit = 100;
    return this.balance > limit;
  },
  deposit(amount) {
    if (amount <= 0) throw new TypeError("amount must be positive");
    this.balance += amount;
    return this.balance;
  },
};
let before = account.isRich;
account.deposit(200);
let after = account.isRich;
let refused = swallow(() => account.deposit(-1));
const key = "dynamic";
const computed = { [key + 1]: 1, ["x"]: 2, key };
let { dynamic1: one, ...remaining } = computed;
const copy = { ...computed, extra: one };
let joined = Object.keys(copy).join("-");
