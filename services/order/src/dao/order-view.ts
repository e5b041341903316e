import type { Infer, Order, OrderStatus } from '@polycloud/contracts';

/** An order joined with one of its items, as ORDER_LINES selects them. */
export interface OrderLine {
  orderId: string;
  processId: string;
  status: OrderStatus;
  currency: string;
  totalAmount: number | string;
  createdAt: Date;
  updatedAt: Date;
  sku: string;
  quantity: number;
  priceAmount: number | string;
  input: string | null;
}

/** Selects OrderLines from orders `o` and items `i`. */
export const ORDER_LINES = `SELECT o.order_id AS orderId, o.process_id AS processId, o.status, o.currency,
  o.total_amount AS totalAmount, o.created_at AS createdAt, o.updated_at AS updatedAt,
  i.sku, i.quantity, i.price_amount AS priceAmount, i.input`;

/** Orders as clients see them, in the order of their lines; those of one order follow each other. */
export function toOrders(lines: readonly OrderLine[]): Infer<typeof Order>[] {
  const orders: Infer<typeof Order>[] = [];
  for (const line of lines) {
    if (orders.at(-1)?.orderId !== line.orderId) orders.push(headOf(line));
    orders.at(-1)?.items.push({
      sku: line.sku,
      quantity: line.quantity,
      price: money(line.priceAmount, line),
      ...(line.input !== null && { input: JSON.parse(line.input) as Record<string, unknown> }),
    });
  }
  return orders;
}

const headOf = (line: OrderLine): Infer<typeof Order> => ({
  orderId: line.orderId,
  processId: line.processId,
  status: line.status,
  items: [],
  total: money(line.totalAmount, line),
  createdAt: line.createdAt.toISOString(),
  updatedAt: line.updatedAt.toISOString(),
});

const money = (amount: number | string, { currency }: OrderLine) => ({ amount: Number(amount), currency });
