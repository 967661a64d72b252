// Draws the board, and runs maze and search a few steps a frame.

'use strict';

const canvas = document.querySelector('#board');
const context = canvas.getContext('2d');
const statusLine = document.querySelector('#status');
const grid = new Grid(canvas.width / CELL, canvas.height / CELL);
const random = new Random(20261120);

const colours = { floor: '#222b3b', wall: '#171d29', looked: '#2f5da8', path: '#ffc857', ends: '#ff6b6b' };

function square(index, colour) {
  const { column, row } = grid.position(index);
  context.fillStyle = colour;
  context.fillRect(column * CELL + 1, row * CELL + 1, CELL - 2, CELL - 2);
}

function drawBoard() {
  for (let index = 0; index < grid.walls.length; index++) {
    square(index, grid.walls[index] ? colours.wall : colours.floor);
  }
}

const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve));

// Runs a generator to its end, `perFrame` steps between two pictures, and returns what it returned.
async function animate(generator, perFrame, show) {
  for (;;) {
    for (let i = 0; i < perFrame; i++) {
      const { value, done } = generator.next();
      if (done) return value;
      show(value);
    }
    await nextFrame();
  }
}

async function newMaze() {
  statusLine.textContent = 'Growing a maze…';
  const carved = await animate(carve(grid, random), 12, () => {});
  drawBoard();
  statusLine.textContent = `${carved} cells`;
  console.log('maze', { columns: grid.columns, rows: grid.rows, carved });
}

async function findPath() {
  const algorithm = document.querySelector('#algorithm input:checked').value;
  const start = grid.index(1, 1);
  const goal = grid.index(grid.columns - 3, grid.rows - 3);
  grid.walls[goal] = 0;
  drawBoard();
  const looked = [];
  statusLine.textContent = 'Searching…';
  try {
    const result = await animate(search(grid, start, goal, algorithm), 40, ({ index }) => {
      looked.push(index);
      square(index, colours.looked);
    });
    for (const index of result.path) square(index, colours.path);
    square(start, colours.ends);
    square(goal, colours.ends);
    statusLine.textContent = `${result.path.length} steps, ${result.looked} looked at`;
    console.log('%s found %d steps, looked at %d', algorithm, result.path.length, result.looked, result.path);
    if (result.looked > 2 * result.path.length) console.warn('looked at many cells for a short path', result);
  } catch (error) {
    statusLine.textContent = error.message;
    console.error(error);
  }
}

// The page's work without its pictures, for measuring: grows a maze and searches it both ways.
function workload(rounds) {
  let total = 0;
  for (let round = 0; round < rounds; round++) {
    const board = new Grid(61, 33);
    for (const _ of carve(board, new Random(round + 1)));
    for (const algorithm of ['astar', 'dijkstra']) {
      const generator = search(board, board.index(1, 1), board.index(59, 31), algorithm);
      let step = generator.next();
      while (!step.done) step = generator.next();
      total += step.value.path.length;
    }
  }
  return total;
}

document.querySelector('#run').addEventListener('click', findPath);
document.querySelector('#maze').addEventListener('click', newMaze);
document.addEventListener('keydown', (event) => {
  if (event.key === 'm') newMaze();
});
newMaze();
