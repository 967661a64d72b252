const { h, Fragment, Component, createContext, cloneElement, toChildArray, isValidElement, createElement } = require("preact");
const hooks = require("preact/hooks");
const { render, renderToString } = require("preact-render-to-string");

const Theme = createContext("light");
function Themed({ children }) {
  return h("p", { class: hooks.useContext(Theme) }, children);
}
class Counter extends Component {
  static getDerivedStateFromProps(props, state) {
    return { n: (state.n || 0) + props.start };
  }
  constructor(props) {
    super(props);
    this.state = { n: 1 };
  }
  componentWillMount() {
    this.setState({ n: this.state.n + 1 });
  }
  render({ start }, { n }) {
    return [h("b", null, n), h("i", { "data-start": start }, start)];
  }
}
function Hooked({ items }) {
  const [n, setN] = hooks.useState(() => items.length);
  const sum = hooks.useMemo(() => items.reduce((a, b) => a + b, 0), items);
  const [state] = hooks.useReducer((s, a) => s + a, 10, (x) => x * 2);
  const ref = hooks.useRef(7);
  hooks.useEffect(() => setN(99));
  const call = hooks.useCallback(() => n, [n]);
  return h("ul", { style: { color: "red", marginTop: 5 } }, items.map((i) => h("li", { key: i }, i)), h("li", null, n, sum, state, ref.current, call()));
}
const Tree = ({ depth }) => (depth === 0 ? "leaf" : h("div", { depth }, h(Tree, { depth: depth - 1 }), h(Tree, { depth: depth - 1 })));
const Throws = () => {
  throw new RangeError("in render");
};

module.exports = (tried) => {
  const trees = {
    text: () => h("p", null, "a < b & c", 0, null, false, true, undefined, 1n),
    attributes: () => h("input", { value: "x\"y", checked: true, disabled: false, onClick() {}, className: "k", htmlFor: "f", "aria-hidden": false, style: "a:b" }),
    void: () => h("div", null, h("br"), h("img", { src: "a&b" })),
    inner: () => h("div", { dangerouslySetInnerHTML: { __html: "<u>" } }),
    fragment: () => h(Fragment, null, [h("a"), [h("b"), ["c"]]]),
    svg: () => h("svg", { viewBox: "0 0 1 1", strokeWidth: 2, xlinkHref: "#a" }, h("path", { d: "M0 0" })),
    context: () => h(Theme.Provider, { value: "dark" }, h(Themed, null, "in"), h(Theme.Consumer, null, (v) => v)),
    defaultContext: () => h(Themed, null, "out"),
    classes: () => h(Counter, { start: 3 }),
    hooks: () => h(Hooked, { items: [1, 2, 3] }),
    tree: () => h(Tree, { depth: 8 }),
    select: () => h("select", { value: "b" }, h("option", { value: "a" }), h("option", { value: "b" })),
    throws: () => h("div", null, h(Throws)),
    badName: () => h("a b", { "c>d": 1 }),
    table: () => h("table", null, Array.from({ length: 100 }, (_, i) => h("tr", { key: i }, Array.from({ length: 5 }, (_, j) => h("td", null, i * j))))),
  };
  for (const [name, make] of Object.entries(trees)) {
    tried(name, () => render(make()));
    tried(`${name} pretty`, () => renderToString(make(), {}));
    tried(`${name} clone`, () => render(cloneElement(make(), { id: "cloned" }, "child")));
  }
  tried("children", () => toChildArray(["a", null, [1, [h("p")]]]).length);
  tried("valid", () => [isValidElement(h("p")), isValidElement({}), createElement === h]);
};
