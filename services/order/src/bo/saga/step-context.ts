import type { ClaimedProcess } from '../../dao/lease';
import type { OrderDao } from '../../dao/order.dao';
import type { Step, StepContext } from './saga';

/** What the steps of a claimed process work with. */
export async function contextOf(
  orders: OrderDao,
  { process, results }: ClaimedProcess,
  signal: AbortSignal,
): Promise<StepContext> {
  const { processId, orderId, userId } = process;
  const [order, row] = await Promise.all([orders.findOf(userId, orderId), orders.find(orderId)]);
  if (!order || !row) throw new Error(`The order ${orderId} of process ${processId} is missing`);
  return {
    process,
    order,
    results,
    payment: { gateway: row.paymentGateway, source: row.paymentSource },
    owner: { userId, roles: ['customer'], cloud: null },
    progress: () => undefined,
    signal,
  };
}

/** Maps a step's own progress into its part of the whole, and writes each whole per cent once. */
export function progressOf(
  { process }: ClaimedProcess,
  step: Step,
  write: (percentage: number) => void,
): (fraction: number) => void {
  const from = process.percentage;
  let written = from;
  return (fraction) => {
    const percentage = Math.floor(from + (step.percentage - from) * Math.min(1, Math.max(0, fraction)));
    if (percentage <= written) return;
    written = percentage;
    write(percentage);
  };
}
