// Adds up the readings of a meter that is told by a rule, so that everybody can know them: each follows from the one before.

const N_READINGS = 12000;

function next(reading) {
  return (reading * 421 + 1663) % 7875;
}

let sum = 0;
let reading = 1;
for (let index = 0; index < N_READINGS; index += 1) {
  reading = next(reading);
  sum += reading;
}
document.querySelector('#sum').textContent = `${N_READINGS} readings, ${sum} in all`;
console.log('the readings are', sum, 'in all');
document.body.dataset.sum = String(sum);
