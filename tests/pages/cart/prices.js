// Brings the prices of the day.

import { productOf } from './catalog.js';

export async function bringPrices() {
  const response = await fetch('prices.json');
  const news = await response.json();
  news.forEach(take);
}

// Takes over whatever came, even a price that cannot be right.
function take({ name, cents }) {
  const product = productOf(name);
  if (product.cents !== cents) {
    product.cents = cents;
  }
}
