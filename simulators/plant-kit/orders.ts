/** A step of an order that people carry out, plain data. */
export interface OrderStep {
  /** Remaining time, s. */
  inS: number;
  /** A point that the control room writes, or a name of the plant for work on site. */
  readonly name: string;
  readonly value: number;
}

/** Advances an order by `dt` seconds. @returns the steps that are due, which are removed */
export function takeDue(orders: OrderStep[], dt: number): OrderStep[] {
  for (const step of orders) step.inS -= dt;
  return orders.splice(0, orders.filter(({ inS }) => inS <= 0).length);
}

/** Begins an order, unless another one is carried out. @returns true if it has begun */
export function beginOrder(orders: OrderStep[], steps: readonly OrderStep[]): boolean {
  if (orders.length > 0) return false;
  orders.push(...steps.map((step) => ({ ...step })));
  return true;
}
