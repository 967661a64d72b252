// The tasks, where they are kept, and what can be asked of them.

const KEY = 'pocket-list';

export class Todo {
  #createdAt = Date.now();

  constructor(text, minutes = 5) {
    this.id = Todo.nextId++;
    this.text = text;
    this.minutes = minutes;
    this.done = false;
    this.tags = new Set(text.match(/#\w+/g) ?? []);
  }

  get age() {
    return Date.now() - this.#createdAt;
  }

  toggle() {
    this.done = !this.done;
    return this;
  }

  static nextId = 1;
}

export class Store {
  constructor() {
    this.todos = [];
    this.listeners = new Map();
    this.revision = 0;
  }

  on(event, listener) {
    const listeners = this.listeners.get(event) ?? [];
    listeners.push(listener);
    this.listeners.set(event, listeners);
  }

  emit(event, detail) {
    this.revision += 1;
    for (const listener of this.listeners.get(event) ?? []) {
      listener(detail, this.revision);
    }
  }

  add(text, minutes) {
    const todo = new Todo(text, minutes);
    this.todos.push(todo);
    this.emit('change', { kind: 'add', todo });
    return todo;
  }

  find(id) {
    const todo = this.todos.find((candidate) => candidate.id === id);
    if (!todo) throw new RangeError(`there is no task ${id}`);
    return todo;
  }

  toggle(id) {
    const todo = this.find(id).toggle();
    this.emit('change', { kind: 'toggle', todo });
  }

  clearDone() {
    const before = this.todos.length;
    this.todos = this.todos.filter((todo) => !todo.done);
    const removed = before - this.todos.length;
    this.emit('change', { kind: 'clear', removed });
    return removed;
  }

  visible(filter) {
    const tests = {
      all: () => true,
      active: (todo) => !todo.done,
      done: (todo) => todo.done,
    };
    return this.todos.filter(tests[filter]);
  }

  // Minutes of work left. Wrong as soon as one task's minutes are a string: then `+` joins instead of adding.
  minutesLeft() {
    let total = 0;
    for (const todo of this.todos) {
      if (todo.done) continue;
      total += todo.minutes;
    }
    return total;
  }

  save() {
    const plain = this.todos.map(({ text, minutes, done }) => ({ text, minutes, done }));
    localStorage.setItem(KEY, JSON.stringify(plain));
    return plain.length;
  }

  load() {
    const stored = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    for (const { text, minutes, done } of stored) {
      const todo = this.add(text, minutes);
      if (done) todo.toggle();
    }
    return stored.length;
  }
}

// Reads “water plants 10m” as a text and a number of minutes.
export function parse(input) {
  const match = /^(?<text>.*?)(?:\s+(?<minutes>\d+)m)?$/.exec(input.trim());
  const { text, minutes } = match.groups;
  return { text, minutes: minutes === undefined ? 5 : Number(minutes) };
}
