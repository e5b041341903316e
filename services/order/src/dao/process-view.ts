import { type Infer, type Process, processStatusText } from '@polycloud/contracts';
import type { UserProcessRow } from '../models/user-process.model';

/** A process as clients see it. */
export function toProcess(row: UserProcessRow): Infer<typeof Process> {
  return {
    processId: row.processId,
    orderId: row.orderId,
    status: row.status,
    statusText: processStatusText[row.status],
    percentage: row.percentage,
    step: row.step,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    ...(row.error !== null && { error: JSON.parse(row.error) as { code: string; detail: string } }),
    ...(row.result !== null && { result: JSON.parse(row.result) as { key: string } }),
  };
}
