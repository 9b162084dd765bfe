import { createServer } from 'node:http';
import { nextNumber } from '../shared/orders.mjs';

const orders = [];

createServer((request, response) => {
  if (request.method === 'POST') orders.push({ number: nextNumber(orders) });
  response.end(JSON.stringify(orders));
}).listen(Number(process.env.PORT ?? 80));
