// Places and the roads between them.
export class Graph {
  #edges = new Map();

  connect(from, to, length) {
    this.#edgesOf(from).push([to, length]);
    this.#edgesOf(to).push([from, length]);
    return this;
  }

  neighbours(name) {
    return this.#edges.get(name) ?? [];
  }

  names() {
    return [...this.#edges.keys()].sort();
  }

  #edgesOf(name) {
    let edges = this.#edges.get(name);
    if (!edges) {
      edges = [];
      this.#edges.set(name, edges);
    }
    return edges;
  }
}
