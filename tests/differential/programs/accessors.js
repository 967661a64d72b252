// Getters and setters: on objects, classes, statics and by defineProperty; private fields and methods; symbols.
"use strict";

const log = [];

const temperature = {
  celsius: 20,
  get fahrenheit() {
    const scaled = this.celsius * 1.8;
    return scaled + 32;
  },
  set fahrenheit(value) {
    const moved = value - 32;
    this.celsius = moved / 1.8;
  },
};
log.push(temperature.fahrenheit);
temperature.fahrenheit = 212;
log.push(temperature.celsius);

class Account {
  static #count = 0;
  #balance = 0;
  #history = [];

  static get count() {
    return Account.#count;
  }

  constructor(owner) {
    this.owner = owner;
    Account.#count++;
  }

  get balance() {
    const current = this.#balance;
    return current;
  }

  set balance(value) {
    if (value < 0) throw new RangeError("no credit");
    this.#history.push(this.#balance);
    this.#balance = value;
  }

  #difference(index) {
    const before = this.#history[index];
    const after = index + 1 < this.#history.length ? this.#history[index + 1] : this.#balance;
    return after - before;
  }

  changes() {
    const list = [];
    for (let i = 0; i < this.#history.length; i++) {
      list.push(this.#difference(i));
    }
    return list;
  }

  static owns(thing) {
    const has = #balance in thing;
    return has;
  }
}

const account = new Account("Ada");
account.balance = 50;
account.balance += 25;
account.balance -= 5;
try {
  account.balance = -1;
} catch (error) {
  log.push(error.message);
}
log.push(account.balance, account.changes().join(" "), Account.count, Account.owns(account), Account.owns({}));

class Savings extends Account {
  constructor(owner) {
    super(owner);
    this.kind = "savings";
  }
  get balance() {
    const base = super.balance;
    return base * 2;
  }
  set balance(value) {
    super.balance = value / 2;
  }
}
const savings = new Savings("Grace");
savings.balance = 80;
log.push(savings.balance, savings.owner, Account.count);

const counter = {};
let reads = 0;
Object.defineProperty(counter, "next", {
  get() {
    reads += 1;
    return reads;
  },
  enumerable: false,
});
const drawn = [counter.next, counter.next, counter.next];
log.push(drawn.join(" "), Object.keys(counter).length);

const kind = Symbol("kind");
const range = {
  from: 1,
  to: 4,
  [kind]: "range",
  *[Symbol.iterator]() {
    for (let n = this.from; n <= this.to; n++) {
      const square = n * n;
      yield square;
    }
  },
  get [Symbol.toStringTag]() {
    return "Range";
  },
};
let total = 0;
for (const square of range) {
  total += square;
}
log.push(total, String(range), range[kind]);

const lazy = {
  get value() {
    const computed = 6 * 7;
    Object.defineProperty(this, "value", { value: computed });
    return computed;
  },
};
log.push(lazy.value, lazy.value);
log.push("end");
