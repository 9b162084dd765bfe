/** The next order number after the ones there are. */
export function nextNumber(orders) {
  return orders.reduce((highest, { number }) => Math.max(highest, number), 0) + 1;
}
