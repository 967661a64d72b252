// The page: buttons that fill the cart, and the total below it.

import { Cart, totalOf } from './cart.js';
import { coupon, products } from './catalog.js';
import { bringPrices } from './prices.js';

const cart = new Cart();
const output = document.querySelector('#total');

const euros = (cents) => `€${(cents / 100).toFixed(2)}`;

function refresh() {
  const total = totalOf(cart.lines, cart.coupon);
  output.textContent = euros(total);
  console.log('the total is', euros(total));
}

function list() {
  const items = cart.lines.map(({ product, quantity }) => {
    const item = document.createElement('li');
    item.textContent = `${quantity} × ${product.name}, ${euros(product.cents)} each`;
    return item;
  });
  document.querySelector('#lines').replaceChildren(...items);
}

for (const product of products) {
  const button = document.createElement('button');
  button.id = product.name;
  button.textContent = `Add a ${product.name}`;
  button.addEventListener('click', () => {
    cart.add(product);
    list();
    refresh();
  });
  document.querySelector('#products').append(button, ' ');
}

document.querySelector('#coupon').addEventListener('click', () => {
  cart.coupon = coupon;
  refresh();
});

document.querySelector('#prices').addEventListener('click', async () => {
  await bringPrices();
  list();
  refresh();
  document.body.dataset.prices = 'new';
});
