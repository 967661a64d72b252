// The page: draws the store, and turns what a person does into calls of it.

import { Store, parse } from './store.js';

const store = new Store();
const view = {
  filter: 'all',
  list: document.querySelector('#list'),
  summary: document.querySelector('#summary'),
  total: document.querySelector('#total'),
  input: document.querySelector('#new-todo'),
};

function element(tag, className, ...children) {
  const node = document.createElement(tag);
  node.className = className;
  node.append(...children);
  return node;
}

function row(todo) {
  const box = document.createElement('input');
  box.type = 'checkbox';
  box.checked = todo.done;
  box.setAttribute('aria-label', todo.text);
  box.addEventListener('change', () => store.toggle(todo.id));
  const item = element('li', `todo${todo.done ? ' done' : ''}${todo.suggested ? ' suggested' : ''}`);
  item.append(box, element('span', 'text', todo.text), element('span', 'minutes', `${todo.minutes} min`));
  return item;
}

function render() {
  const visible = store.visible(view.filter);
  view.list.replaceChildren(...visible.map(row));
  const left = store.visible('active').length;
  view.summary.textContent = `${left} of ${store.todos.length} to do`;
  const minutes = store.minutesLeft();
  view.total.textContent = `${minutes} min`;
  if (minutes > 24 * 60 || typeof minutes !== 'number') {
    console.warn('more work than a day has:', minutes, store.todos);
  }
}

function setFilter(filter) {
  view.filter = filter;
  for (const button of document.querySelectorAll('.filter')) {
    button.setAttribute('aria-pressed', String(button.dataset.filter === filter));
  }
  history.replaceState(null, '', `#${filter}`);
  render();
}

const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

let saving = null;

// Waits for a quiet moment, so that typing fast saves once.
async function saveSoon() {
  const mine = Symbol('save');
  saving = mine;
  await wait(150);
  if (saving !== mine) return;
  const count = store.save();
  console.log('saved', count, 'tasks at revision', store.revision);
}

async function suggest() {
  const started = performance.now();
  try {
    const response = await fetch('suggestions.json');
    if (!response.ok) throw new Error(`suggestions answered ${response.status}`);
    const suggestions = await response.json();
    for (const { text, minutes } of suggestions) {
      const todo = store.add(text, minutes);
      todo.suggested = true;
    }
    render();
    console.info('added %d suggestions', suggestions.length, suggestions);
  } catch (error) {
    console.error('no suggestions today', error);
  } finally {
    console.debug('suggesting took', Math.round(performance.now() - started) >= 0 ? 'a moment' : 'no time');
  }
}

// Looks for a list that was never published: fails, and says so.
async function loadShared(name) {
  const response = await fetch(`shared/${name}.json`);
  if (!response.ok) throw new Error(`no shared list called ${name} (${response.status})`);
  return response.json();
}

// The recorded bug's second half: a list has no owner until someone signs in.
function share() {
  const list = { title: 'Pocket list', todos: store.todos, owner: undefined };
  const link = new URL(`https://lists.example/${list.owner.name}`);
  console.log('share this', link.href);
}

store.on('change', render);
store.on('change', saveSoon);
store.on('change', ({ kind, todo, removed }, revision) => {
  console.log(`#${revision} ${kind}`, todo ?? removed);
});

document.querySelector('#composer').addEventListener('submit', (event) => {
  event.preventDefault();
  const { text, minutes } = parse(view.input.value);
  if (text === '') return;
  store.add(text, minutes);
  view.input.value = '';
});
for (const button of document.querySelectorAll('.filter')) {
  button.addEventListener('click', () => setFilter(button.dataset.filter));
}
document.querySelector('#suggest').addEventListener('click', suggest);
document.querySelector('#share').addEventListener('click', share);
document.querySelector('#clear-done').addEventListener('click', () => {
  const removed = store.clearDone();
  console.log('cleared', removed);
});

console.group('start');
console.log('restored', store.load(), 'tasks');
for (const [text, minutes] of [['Read the post', 10], ['Ring the plumber #home', 15]]) {
  store.add(text, minutes);
}
console.groupEnd();
setFilter('all');

loadShared('holiday').catch((error) => console.warn(error.message));
