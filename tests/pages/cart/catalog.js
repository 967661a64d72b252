// What the shop sells, and what it costs.

export const products = [
  { name: 'tea', cents: 450 },
  { name: 'pot', cents: 1900 },
  { name: 'cup', cents: 800 },
];

export const coupon = { code: 'WELCOME', cents: 500 };

export function productOf(name) {
  return products.find((product) => product.name === name);
}
