import { currentRequestId } from '@polycloud/context';
import { ProcessStatus } from '@polycloud/contracts';
import { newId } from '@polycloud/http';
import type { Transaction } from 'sequelize';
import type { Models } from '../models';
import { type ClaimedProcess, type Lease, LeaseLost, now } from './lease';

type ProcessChange = Parameters<Models['processes']['update']>[0];

/** What a write wants besides the lease. */
export interface WriteOptions {
  transaction?: Transaction;
  /** The process is only changed while this holds. */
  condition?: { cancelRequested: number };
}

/** A line of the history; what is left out is as the process stands. */
export interface HistoryLine {
  kind: string;
  detail?: string;
  step?: string;
  percentage?: number;
}

/** The two writes that all others are made of: a change of the process, fenced by its lease, and a line of its history. */
export class ProcessWriter {
  constructor(private readonly models: Models) {}

  /** False when only the condition did not hold; LeaseLost when the process is in other hands or at its end. */
  async write(lease: Lease, values: ProcessChange, { transaction, condition }: WriteOptions = {}): Promise<boolean> {
    const held = { processId: lease.processId, version: lease.version, status: ProcessStatus.UNDER_PROCESS };
    const options = transaction ? { transaction } : {};
    const [changed] = await this.models.processes.update(values, { where: { ...held, ...condition }, ...options });
    if (changed === 1) return true;
    // A write that changes nothing counts no row, so the row itself is asked.
    const row = await this.models.processes.findOne({ attributes: ['cancelRequested'], where: held, raw: true, ...options });
    if (!row) throw new LeaseLost(lease);
    return condition === undefined || row.cancelRequested === condition.cancelRequested;
  }

  async note({ process }: ClaimedProcess, line: HistoryLine, transaction: Transaction): Promise<void> {
    const { processId, orderId } = process;
    await this.models.events.create(
      {
        eventId: newId(),
        processId,
        orderId,
        kind: line.kind,
        step: line.step ?? process.step,
        percentage: Math.max(process.percentage, line.percentage ?? 0),
        detail: line.detail ?? null,
        requestId: currentRequestId(),
        createdAt: now,
      },
      { transaction },
    );
  }
}
