// A heap: what comes first by the given order comes out first.
export class Queue {
  constructor(compare) {
    this.compare = compare;
    this.items = [];
  }

  get isEmpty() {
    return this.items.length === 0;
  }

  push(item) {
    const { items } = this;
    let index = items.length;
    items.push(item);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (this.compare(items[parent], items[index]) <= 0) break;
      swap(items, parent, index);
      index = parent;
    }
  }

  pop() {
    const { items } = this;
    const first = items[0];
    const last = items.pop();
    if (items.length > 0) {
      items[0] = last;
      this.sink(0);
    }
    return first;
  }

  sink(index) {
    const { items, compare } = this;
    for (;;) {
      let smallest = index;
      for (const child of [2 * index + 1, 2 * index + 2]) {
        if (child < items.length && compare(items[child], items[smallest]) < 0) smallest = child;
      }
      if (smallest === index) return;
      swap(items, smallest, index);
      index = smallest;
    }
  }
}

function swap(items, a, b) {
  const kept = items[a];
  items[a] = items[b];
  items[b] = kept;
}
