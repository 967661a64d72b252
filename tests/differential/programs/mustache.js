// What a page does with mustache: sections, partials, functions and escapes, and templates that are wrong.
const shop = {
  name: "Tea & <Co>",
  closed: [],
  staff: [
    { first: "Ann", languages: ["en", "fr"] },
    { first: "Bob", languages: [] },
  ],
  loud() {
    return (text, render) => render(text).toUpperCase();
  },
};

const text = "<h1>{{name}}</h1>{{^closed}}{{{name}}}{{/closed}}{{#staff}}{{> person}}{{/staff}}{{#loud}}hi{{/loud}}";
const person = "{{first}}{{#languages}} {{.}}{{/languages}};\n";
const html = Mustache.render(text, shop, { person });

const wrongs = [];
for (const template of ["{{#a}}{{/b}}", "{{/c}}"]) {
  try {
    Mustache.render(template, shop);
  } catch (error) {
    wrongs.push(error.message);
  }
}
