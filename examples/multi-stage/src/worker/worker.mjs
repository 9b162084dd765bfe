import { nextNumber } from '../shared/orders.mjs';

const done = [];

setInterval(() => {
  done.push({ number: nextNumber(done) });
  console.log(`order ${done.at(-1).number} is packed`);
}, 1000);
