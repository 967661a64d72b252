// The board: walls, costs, and a maze grown from a seed, so that every run is the same.

'use strict';

const CELL = 16;

class Random {
  constructor(seed) {
    this.state = seed >>> 0;
  }

  // xorshift32: a number from 0 up to, not including, `below`.
  next(below) {
    let x = this.state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.state = x >>> 0;
    return this.state % below;
  }
}

class Grid {
  constructor(columns, rows) {
    this.columns = columns;
    this.rows = rows;
    this.walls = new Uint8Array(columns * rows);
  }

  index(column, row) {
    return row * this.columns + column;
  }

  position(index) {
    return { column: index % this.columns, row: Math.floor(index / this.columns) };
  }

  isWall(column, row) {
    if (column < 0 || row < 0 || column >= this.columns || row >= this.rows) return true;
    return this.walls[this.index(column, row)] === 1;
  }

  neighbours(index) {
    const { column, row } = this.position(index);
    const found = [];
    for (const [dx, dy] of [[1, 0], [0, 1], [-1, 0], [0, -1]]) {
      if (!this.isWall(column + dx, row + dy)) found.push(this.index(column + dx, row + dy));
    }
    return found;
  }
}

// Carves a maze by walking two cells at a time, then opens some walls so that there is more than one way.
function* carve(grid, random) {
  grid.walls.fill(1);
  const stack = [[1, 1]];
  grid.walls[grid.index(1, 1)] = 0;
  let carved = 1;
  while (stack.length > 0) {
    const [column, row] = stack[stack.length - 1];
    const ways = [[2, 0], [0, 2], [-2, 0], [0, -2]].filter(([dx, dy]) => {
      const x = column + dx;
      const y = row + dy;
      return x > 0 && y > 0 && x < grid.columns - 1 && y < grid.rows - 1 && grid.isWall(x, y);
    });
    if (ways.length === 0) {
      stack.pop();
      continue;
    }
    const [dx, dy] = ways[random.next(ways.length)];
    grid.walls[grid.index(column + dx / 2, row + dy / 2)] = 0;
    grid.walls[grid.index(column + dx, row + dy)] = 0;
    stack.push([column + dx, row + dy]);
    carved += 2;
    if (carved % 20 === 1) yield carved;
  }
  for (let i = 0; i < grid.walls.length / 12; i++) {
    const column = 1 + random.next(grid.columns - 2);
    const row = 1 + random.next(grid.rows - 2);
    grid.walls[grid.index(column, row)] = 0;
  }
  return carved;
}
