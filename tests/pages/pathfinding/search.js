// Best-first search as a generator: each step says what it looked at.

'use strict';

class Heap {
  constructor(key) {
    this.key = key;
    this.items = [];
  }

  get size() {
    return this.items.length;
  }

  push(item) {
    const items = this.items;
    items.push(item);
    let at = items.length - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.key(items[parent]) <= this.key(items[at])) break;
      [items[parent], items[at]] = [items[at], items[parent]];
      at = parent;
    }
  }

  pop() {
    const items = this.items;
    const first = items[0];
    const last = items.pop();
    if (items.length > 0) {
      items[0] = last;
      let at = 0;
      for (;;) {
        const left = 2 * at + 1;
        const right = left + 1;
        let least = at;
        if (left < items.length && this.key(items[left]) < this.key(items[least])) least = left;
        if (right < items.length && this.key(items[right]) < this.key(items[least])) least = right;
        if (least === at) break;
        [items[least], items[at]] = [items[at], items[least]];
        at = least;
      }
    }
    return first;
  }
}

const heuristics = {
  astar: (a, b) => Math.abs(a.column - b.column) + Math.abs(a.row - b.row),
  dijkstra: () => 0,
};

function* search(grid, start, goal, algorithm) {
  const heuristic = heuristics[algorithm];
  const target = grid.position(goal);
  const cost = new Map([[start, 0]]);
  const cameFrom = new Map();
  const open = new Heap((entry) => entry.priority);
  const closed = new Set();
  open.push({ index: start, priority: 0 });
  while (open.size > 0) {
    const { index } = open.pop();
    if (closed.has(index)) continue;
    closed.add(index);
    if (index === goal) {
      return { path: walkBack(cameFrom, goal), looked: closed.size };
    }
    for (const next of grid.neighbours(index)) {
      const known = cost.get(next) ?? Infinity;
      const candidate = cost.get(index) + 1;
      if (candidate < known) {
        cost.set(next, candidate);
        cameFrom.set(next, index);
        open.push({ index: next, priority: candidate + heuristic(grid.position(next), target) });
      }
    }
    yield { index, open: open.size, closed };
  }
  throw new Error('there is no way from start to goal');
}

function walkBack(cameFrom, goal) {
  const path = [goal];
  let at = goal;
  while (cameFrom.has(at)) {
    at = cameFrom.get(at);
    path.unshift(at);
  }
  return path;
}
