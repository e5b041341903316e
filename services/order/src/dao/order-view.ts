import type { Infer, Order, OrderStatus } from '@polycloud/contracts';

/** An order joined with one of its items, as `selectLines` gives them. */
export interface OrderLine {
  orderId: string;
  processId: string;
  status: OrderStatus;
  currency: string;
  totalAmount: number | string;
  createdAt: Date;
  updatedAt: Date;
  lineNo: number;
  sku: string;
  quantity: number;
  priceAmount: number | string;
  input: string | null;
}

/** What of an order is worked on. */
export type OrderedWork = Pick<Infer<typeof Order>, 'orderId' | 'items' | 'total'>;

/** One of its items, with what `ITEM_COLUMNS` and `TOTAL_COLUMNS` tell. */
export type WorkLine = Omit<OrderLine, 'processId' | 'status' | 'createdAt' | 'updatedAt'>;

export const ITEM_COLUMNS = 'i.line_no AS lineNo, i.sku, i.quantity, i.price_amount AS priceAmount, i.input';
export const TOTAL_COLUMNS = 'currency, total_amount AS totalAmount';

/**
 * Selects the lines of the orders that `which` chooses, newest first. Where several are chosen, sorting by the order alone spares
 * the server a table on its disk: a line's number tells its place.
 */
export const selectLines = (which: string): string => `SELECT o.*, ${ITEM_COLUMNS}
  FROM (SELECT order_id AS orderId, process_id AS processId, status, ${TOTAL_COLUMNS},
    created_at AS createdAt, updated_at AS updatedAt FROM orders ${which}) o
  STRAIGHT_JOIN order_items i ON i.order_id = o.orderId ORDER BY o.orderId DESC`;

/** Orders as clients see them, as their lines follow each other; the lines of one order are together, in any order. */
export function toOrders(lines: readonly OrderLine[]): Infer<typeof Order>[] {
  const orders: Infer<typeof Order>[] = [];
  for (const line of lines) {
    let order = orders.at(-1);
    if (order?.orderId !== line.orderId) orders.push((order = headOf(line)));
    order.items[line.lineNo] = itemOf(line);
  }
  return orders;
}

/** The work of one order from its lines, in any order. */
export function toWork(lines: readonly WorkLine[]): OrderedWork | undefined {
  const [first] = lines;
  if (!first) return undefined;
  const items: OrderedWork['items'] = [];
  for (const line of lines) items[line.lineNo] = itemOf(line);
  return { orderId: first.orderId, items, total: money(first.totalAmount, first) };
}

const itemOf = (line: WorkLine): Infer<typeof Order>['items'][number] => ({
  sku: line.sku,
  quantity: line.quantity,
  price: money(line.priceAmount, line),
  ...(line.input !== null && { input: JSON.parse(line.input) as Record<string, unknown> }),
});

const headOf = (line: OrderLine): Infer<typeof Order> => ({
  orderId: line.orderId,
  processId: line.processId,
  status: line.status,
  items: [],
  total: money(line.totalAmount, line),
  createdAt: line.createdAt.toISOString(),
  updatedAt: line.updatedAt.toISOString(),
});

const money = (amount: number | string, { currency }: WorkLine) => ({ amount: Number(amount), currency });
