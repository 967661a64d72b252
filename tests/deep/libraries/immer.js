const immer = require("immer");

immer.enablePatches();
immer.enableMapSet();
const { produce, produceWithPatches, applyPatches, original, current, isDraft, freeze, createDraft, finishDraft, immerable, castDraft, nothing } = immer;

class Cell {
  [immerable] = true;
  #secret = 5;
  value = 1;
  get double() {
    return this.value * 2;
  }
  peek() {
    return #secret in this;
  }
}
const bases = () => ({
  object: { a: 1, b: { c: [1, 2, { d: 3 }] }, e: null },
  array: [3, 1, [2, { x: 1 }], undefined],
  map: new Map([["k", { v: 1 }], ["l", [1]]]),
  set: new Set([1, "a", { deep: true }]),
  cell: new Cell(),
  frozen: Object.freeze({ a: { b: 1 } }),
});
const recipes = {
  nothing: () => {},
  assign: (d) => void (d.a = 2),
  deep: (d) => void (d.b.c[2].d += 10),
  remove: (d) => void delete d.b,
  push: (d) => void d.push(4, 5),
  splice: (d) => void d.splice(0, 2, "x"),
  sort: (d) => void d.sort(),
  reverse: (d) => void d.reverse(),
  length: (d) => void (d.length = 1),
  mapSet: (d) => void d.set("k", 2).delete("l"),
  mapDeep: (d) => void d.get("k").v++,
  setAdd: (d) => void d.add(2).delete("a"),
  setClear: (d) => void d.clear(),
  replace: () => ({ new: 1 }),
  nothingAtAll: () => nothing,
  both: (d) => {
    d.a = 1;
    return { b: 2 };
  },
  value: (d) => void d.value++,
  define: (d) => void Object.defineProperty(d, "z", { value: 1 }),
  throws: () => {
    throw new Error("recipe");
  },
  look: (d) => void (d.seen = [isDraft(d), original(d), current(d), Object.keys(d)]),
  iterate: (d) => {
    for (const x of d) if (typeof x === "object" && x) x.touched = true;
  },
};
module.exports = async (tried) => {
  for (const name of Object.keys(bases())) {
    for (const [recipe, run] of Object.entries(recipes)) {
      const base = bases()[name];
      tried(`${name} ${recipe}`, () => {
        const next = produce(base, run);
        return [next, next === base, Object.isFrozen(next), base];
      });
      tried(`${name} ${recipe} patches`, () => {
        const base = bases()[name];
        const [next, patches, inverse] = produceWithPatches(base, run);
        return [patches, inverse, applyPatches(base, patches), applyPatches(next, inverse)];
      });
    }
  }
  tried("curried", () => produce((d, n) => void (d.n = n))({ n: 1 }, 7));
  const draft = createDraft({ a: { b: 1 } });
  draft.a.b = 2;
  tried("draft", () => finishDraft(draft));
  tried("revoked", () => draft.a);
  tried("frozen", () => freeze({ a: { b: 1 } }, true));
  const later = await produce({ a: 1 }, async (d) => {
    await null;
    castDraft(d).a = 5;
  }).catch((error) => error.message);
  tried("async", () => later);
  immer.setAutoFreeze(false);
  tried("unfrozen", () => Object.isFrozen(produce({ a: {} }, (d) => void (d.a.b = 1))));
};
