// What is in the cart, and what it costs.

export class Cart {
  lines = [];
  coupon = null;

  add(product) {
    const line = this.lines.find((candidate) => candidate.product === product);
    if (line) line.quantity += 1;
    else this.lines.push({ product, quantity: 1 });
  }
}

// Wrong with a coupon: it should come off once, not for every line.
export function totalOf(lines, coupon) {
  let total = 0;
  for (const line of lines) {
    total += line.product.cents * line.quantity;
    if (coupon) {
      total -= coupon.cents;
    }
  }
  return total;
}
