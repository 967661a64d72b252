// Exceptions on their way: caught, rethrown, replaced, passing through finally, ending loops and generators.
"use strict";

const log = [];

class ParseError extends Error {
  constructor(message, offset) {
    super(message);
    this.name = "ParseError";
    this.offset = offset;
  }
}

function digit(text, offset) {
  const code = text.charCodeAt(offset);
  if (Number.isNaN(code)) throw new ParseError("unexpected end", offset);
  if (code < 48 || code > 57) throw new ParseError("not a digit", offset);
  return code - 48;
}

function number(text) {
  let value = 0;
  let offset = 0;
  try {
    while (true) {
      value = value * 10 + digit(text, offset);
      offset++;
    }
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    const isEnd = error.message === "unexpected end";
    if (!isEnd) log.push("stopped at " + error.offset);
  } finally {
    log.push("read " + value);
  }
  return value;
}

for (const text of ["12", "7x", "", "305"]) {
  const read = number(text);
  log.push(read + 1);
}

function nested(depth) {
  let state = "before";
  try {
    state = "inside " + depth;
    if (depth === 0) throw new RangeError("bottom");
    nested(depth - 1);
    state = "never";
  } catch (error) {
    state = "caught " + error.message;
    if (depth < 2) throw new Error("from " + depth);
  } finally {
    log.push(state);
  }
  return state;
}
log.push(nested(3));

function overridden() {
  for (let i = 0; i < 3; i++) {
    try {
      if (i === 1) continue;
      if (i === 2) return "returned";
      log.push("round " + i);
    } finally {
      const note = "finally " + i;
      log.push(note);
      if (i === 2) return "replaced";
    }
  }
  return "end";
}
log.push(overridden());

function withoutBinding(action) {
  try {
    return action();
  } catch {
    const failed = true;
    return failed ? "failed" : "fine";
  }
}
log.push(withoutBinding(() => null.missing));
log.push(withoutBinding(() => 5));

function labelled(limit) {
  let rounds = 0;
  outer: for (let a = 0; a < limit; a++) {
    for (let b = 0; b < limit; b++) {
      rounds++;
      try {
        if (a * b === 2) break outer;
        if (b > a) continue outer;
      } finally {
        rounds += 100;
      }
    }
  }
  return rounds;
}
log.push(labelled(4));

const thrown = [];
for (const value of [1, "text", null, { code: 4 }, undefined]) {
  try {
    throw value;
  } catch (caught) {
    const kind = typeof caught;
    thrown.push(kind);
  }
}
log.push(thrown.join(" "));
log.push("end");
