// The page: two buttons, of which the second orders.

import { placeOrder } from './orders.js';

const order = { lines: ['tea', 'pot', 'cup'], cents: 2650 };
const status = document.querySelector('#status');

function say(text) {
  status.textContent = text;
}

async function onPay() {
  say('Ordering…');
  try {
    await placeOrder(order);
    say('Thank you');
  } catch (error) {
    console.error('the order failed:', error.message);
    say('That did not work');
    document.body.dataset.outcome = 'failed';
  }
}

document.querySelector('#terms').addEventListener('click', () => {
  order.hasAgreed = true;
});
document.querySelector('#pay').addEventListener('click', onPay);
