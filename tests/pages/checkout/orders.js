// What has to happen for an order.

import { post } from './api.js';

// The server that takes payments is down: it answers 500.
const PAYMENTS = '/status/500/payments';

export async function placeOrder(order) {
  const reservation = await post('/status/200/reservations', { lines: order.lines });
  return payFor(order, reservation);
}

function payFor(order, reservation) {
  const payment = { cents: order.cents, currency: 'EUR', reservation };
  return post(PAYMENTS, payment);
}
