// Becomes `../../programs/bundle.js`, with the modules it imports.
import { Graph } from "./graph.js";
import { Queue } from "./queue.js";
import { pad, table } from "./format.js";

const roads = [
  ["Aachen", "Bonn", 91],
  ["Bonn", "Celle", 340],
  ["Aachen", "Dresden", 650],
  ["Celle", "Dresden", 320],
  ["Bonn", "Essen", 104],
  ["Essen", "Celle", 270],
];

const graph = new Graph();
for (const [from, to, length] of roads) {
  graph.connect(from, to, length);
}

export function shortest(start) {
  const distances = new Map([[start, 0]]);
  const queue = new Queue((a, b) => a.distance - b.distance);
  let visited = 0;
  queue.push({ name: start, distance: 0 });
  while (!queue.isEmpty) {
    const { name, distance } = queue.pop();
    visited++;
    if (distance > distances.get(name)) continue;
    for (const [neighbour, length] of graph.neighbours(name)) {
      const total = distance + length;
      if (total < (distances.get(neighbour) ?? Infinity)) {
        distances.set(neighbour, total);
        queue.push({ name: neighbour, distance: total });
      }
    }
  }
  return { distances, visited };
}

const rows = [];
for (const name of graph.names()) {
  const { distances, visited } = shortest(name);
  let furthest = name;
  distances.forEach((distance, other) => {
    if (distance > distances.get(furthest)) furthest = other;
  });
  rows.push([name, furthest, pad(distances.get(furthest), 5), visited]);
}

globalThis.report = table(["from", "to", "km", "visited"], rows);
