const Mustache = require("mustache");

const views = [
  {},
  { name: "Ada", age: 36, tags: ["x", "y", "z"], nested: { deep: { er: "bottom" } }, html: "<b>&\"'/`=</b>" },
  { name: "", list: [{ n: 1 }, { n: 2, list: [{ n: 3 }] }], ok: true, no: false, zero: 0, nothing: null },
  { upper: () => (text, render) => render(text).toUpperCase(), count: function () { return this.items.length; }, items: [1, 2, 3], name: "λ" },
  { rows: Array.from({ length: 50 }, (_, i) => ({ i, odd: i % 2 === 1, cells: Array.from({ length: i % 5 }, (_, j) => ({ j })) })) },
];
const templates = [
  "", "plain", "Hello {{name}}!", "{{{html}}} {{html}} {{&html}}", "{{#tags}}<{{.}}>{{/tags}}{{^tags}}none{{/tags}}",
  "{{nested.deep.er}} {{nested.missing.er}}", "{{#list}}{{n}}{{#list}}({{n}}){{/list}};{{/list}}", "{{#ok}}yes{{/ok}}{{^no}}not{{/no}}{{zero}}{{nothing}}",
  "{{#upper}}hi {{name}}{{/upper}}", "{{count}}", "{{=<% %>=}}<% name %>{{name}}", "{{! a comment }}a\n  {{! alone }}\nb",
  "  {{#ok}}\n  line {{name}}\n  {{/ok}}\n", "{{>part}} and {{>missing}}", "{{#rows}}{{i}}{{#odd}}*{{/odd}}[{{#cells}}{{j}},{{/cells}}]\n{{/rows}}",
  "{{#open}}", "{{/closed}}", "{{unclosed", "{{#a}}{{/b}}", "{{=bad=}}", "{{{three}}", "\r\n{{name}}\r\n\t{{>part}}\r\n",
];
module.exports = (tried) => {
  for (const template of templates) {
    tried(`parse ${template}`, () => Mustache.parse(template));
    views.forEach((view, i) => {
      tried(`render ${i} ${template}`, () => Mustache.render(template, view, { part: "[{{name}}]\n" }));
      tried(`escape ${i} ${template}`, () => Mustache.render(template, view, (name) => `<${name}>`, { escape: (text) => `!${text}` }));
    });
  }
  const writer = new Mustache.Writer();
  tried("cache", () => [writer.parse("{{a}}") === writer.parse("{{a}}"), writer.clearCache()]);
  const context = new Mustache.Context({ a: { b: 1 } });
  tried("context", () => [context.lookup("a.b"), context.push({ a: 2 }).lookup("a"), context.lookup("z")]);
};
