// A small language, tokenised, parsed and run: the shape of ordinary programs, and thousands of steps.
"use strict";

const KEYWORDS = new Set(["let", "while", "if", "else", "print", "fn", "return"]);

function tokenise(text) {
  const tokens = [];
  let at = 0;
  while (at < text.length) {
    const character = text[at];
    if (/\s/.test(character)) {
      at++;
      continue;
    }
    if (/[0-9]/.test(character)) {
      let digits = "";
      while (at < text.length && /[0-9]/.test(text[at])) {
        digits += text[at];
        at++;
      }
      tokens.push({ kind: "number", value: Number(digits) });
      continue;
    }
    if (/[a-z]/.test(character)) {
      const begin = at;
      do at++;
      while (at < text.length && /[a-z]/.test(text[at]));
      const word = text.slice(begin, at);
      tokens.push({ kind: KEYWORDS.has(word) ? word : "name", value: word });
      continue;
    }
    const two = text.slice(at, at + 2);
    const symbol = ["==", "<="].includes(two) ? two : character;
    tokens.push({ kind: symbol, value: symbol });
    at += symbol.length;
  }
  tokens.push({ kind: "end", value: null });
  return tokens;
}

class Parser {
  position = 0;

  constructor(tokens) {
    this.tokens = tokens;
  }

  get next() {
    return this.tokens[this.position];
  }

  take(kind) {
    const token = this.next;
    if (token.kind !== kind) {
      throw new SyntaxError(`expected ${kind}, found ${token.kind}`);
    }
    this.position++;
    return token.value;
  }

  isAt(kind) {
    return this.next.kind === kind;
  }

  program() {
    const statements = [];
    while (!this.isAt("end")) statements.push(this.statement());
    return statements;
  }

  block() {
    const statements = [];
    this.take("{");
    while (!this.isAt("}")) {
      statements.push(this.statement());
    }
    this.take("}");
    return statements;
  }

  statement() {
    switch (this.next.kind) {
      case "let": {
        this.take("let");
        const name = this.take("name");
        this.take("=");
        const value = this.expression();
        this.take(";");
        return { kind: "let", name, value };
      }
      case "while": {
        this.take("while");
        const test = this.expression();
        const body = this.block();
        return { kind: "while", test, body };
      }
      case "if": {
        this.take("if");
        const test = this.expression();
        const body = this.block();
        let otherwise = [];
        if (this.isAt("else")) {
          this.take("else");
          otherwise = this.block();
        }
        return { kind: "if", test, body, otherwise };
      }
      case "print":
      case "return": {
        const kind = this.take(this.next.kind);
        const value = this.expression();
        this.take(";");
        return { kind, value };
      }
      case "fn": {
        this.take("fn");
        const name = this.take("name");
        const parameter = this.take("name");
        return { kind: "fn", name, parameter, body: this.block() };
      }
      default:
        throw new SyntaxError(`unexpected ${this.next.kind}`);
    }
  }

  expression() {
    let left = this.sum();
    while (this.isAt("<") || this.isAt("==") || this.isAt("<=")) {
      const operator = this.take(this.next.kind);
      left = { kind: "binary", operator, left, right: this.sum() };
    }
    return left;
  }

  sum() {
    let left = this.product();
    while (this.isAt("+") || this.isAt("-")) {
      const operator = this.take(this.next.kind);
      left = { kind: "binary", operator, left, right: this.product() };
    }
    return left;
  }

  product() {
    let left = this.primary();
    while (this.isAt("*")) {
      const operator = this.take("*");
      left = { kind: "binary", operator, left, right: this.primary() };
    }
    return left;
  }

  primary() {
    if (this.isAt("number")) return { kind: "number", value: this.take("number") };
    if (this.isAt("(")) {
      this.take("(");
      const inner = this.expression();
      this.take(")");
      return inner;
    }
    const name = this.take("name");
    if (!this.isAt("(")) return { kind: "name", name };
    this.take("(");
    const argument = this.expression();
    this.take(")");
    return { kind: "call", name, argument };
  }
}

class Return {
  constructor(value) {
    this.value = value;
  }
}

class Scope {
  constructor(parent) {
    this.parent = parent;
    this.names = new Map();
  }

  find(name) {
    for (let scope = this; scope; scope = scope.parent) {
      if (scope.names.has(name)) return scope;
    }
    throw new ReferenceError(name);
  }
}

const output = [];

function execute(statements, scope) {
  for (const statement of statements) {
    const { kind } = statement;
    if (kind === "let") {
      const value = evaluate(statement.value, scope);
      let holder = scope;
      try {
        holder = scope.find(statement.name);
      } catch (error) {
        if (!(error instanceof ReferenceError)) throw error;
      }
      holder.names.set(statement.name, value);
    } else if (kind === "while") {
      while (evaluate(statement.test, scope)) {
        execute(statement.body, scope);
      }
    } else if (kind === "if") {
      const branch = evaluate(statement.test, scope) ? statement.body : statement.otherwise;
      execute(branch, scope);
    } else if (kind === "print") {
      output.push(evaluate(statement.value, scope));
    } else if (kind === "fn") {
      scope.names.set(statement.name, statement);
    } else {
      throw new Return(evaluate(statement.value, scope));
    }
  }
}

const OPERATORS = {
  "+": (left, right) => left + right,
  "-": (left, right) => left - right,
  "*": (left, right) => left * right,
  "<": (left, right) => left < right,
  "<=": (left, right) => left <= right,
  "==": (left, right) => left === right,
};

function evaluate(expression, scope) {
  switch (expression.kind) {
    case "number":
      return expression.value;
    case "name":
      return scope.find(expression.name).names.get(expression.name);
    case "binary": {
      const left = evaluate(expression.left, scope);
      const right = evaluate(expression.right, scope);
      const operation = OPERATORS[expression.operator];
      return operation(left, right);
    }
    default:
      return invoke(expression, scope);
  }
}

function invoke({ name, argument }, scope) {
  const holder = scope.find(name);
  const definition = holder.names.get(name);
  const inner = new Scope(holder);
  inner.names.set(definition.parameter, evaluate(argument, scope));
  try {
    execute(definition.body, inner);
  } catch (error) {
    if (error instanceof Return) return error.value;
    throw error;
  }
  return null;
}

const PROGRAM = `
  fn factorial n { if n <= 1 { return 1; } else { return n * factorial(n - 1); } }
  let i = 1;
  while i < 5 { print factorial(i); let i = i + 1; }
  if i == 5 { print (1 + 2) * 3; }
`;

const tokens = tokenise(PROGRAM);
const program = new Parser(tokens).program();
const globals = new Scope(null);
execute(program, globals);
let printed = output.join();
let problem = "";
try {
  new Parser(tokenise("let 5 = 3;")).program();
} catch (error) {
  problem = error.message;
}
let unknown = "";
try {
  execute(new Parser(tokenise("print missing;")).program(), globals);
} catch (error) {
  unknown = error.name + " " + error.message;
}
