import { currentRequestId } from '@polycloud/context';
import { ProcessStatus } from '@polycloud/contracts';
import { changePrepared, insertRows, updateRows } from '@polycloud/database';
import { newId } from '@polycloud/http';
import type { Sequelize, Transaction } from 'sequelize';
import type { Models } from '../models';
import type { Direction } from '../models/user-process.model';
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

/** A step on the way there or back. */
export interface StepRef {
  no: number;
  name: string;
  direction: Direction;
}

/** A step with what it gave. */
export interface StepDone extends StepRef {
  percentage: number;
  result: unknown;
}

/** The writes that all others are made of: a change of the process, fenced by its lease, its steps, and lines of its history. */
export class ProcessWriter {
  constructor(
    private readonly sequelize: Sequelize,
    private readonly models: Models,
  ) {}

  /** False when only the condition did not hold; LeaseLost when the process is in other hands or at its end. */
  async write(lease: Lease, values: ProcessChange, { transaction, condition }: WriteOptions = {}): Promise<boolean> {
    const held = { processId: lease.processId, version: lease.version, status: ProcessStatus.UNDER_PROCESS };
    if ((await updateRows(this.models.processes, values, { ...held, ...condition }, transaction)) === 1) return true;
    // A write that changes nothing counts no row, so the row itself is asked.
    const options = transaction ? { transaction } : {};
    const row = await this.models.processes.findOne({ attributes: ['cancelRequested'], where: held, raw: true, ...options });
    if (!row) throw new LeaseLost(lease);
    return condition === undefined || row.cancelRequested === condition.cancelRequested;
  }

  /** The result of one step, and the intent of the next: after a crash that says that its outcome is unknown. */
  async mark(
    processId: string,
    { left, entered }: { left?: StepDone | undefined; entered?: StepRef | undefined },
    transaction: Transaction,
  ): Promise<void> {
    const rows = [...(left ? [doneRow(left)] : []), ...(entered ? [intentRow(entered)] : [])];
    if (rows.length === 0) return;
    const sql = `INSERT INTO saga_steps (process_id, step_no, direction, name, state, result, attempts, started_at, ended_at)
      VALUES ${rows.map(() => "(?, ?, ?, ?, ?, ?, 1, NOW(3), IF(? = 'done', NOW(3), NULL))").join(', ')}
      ON DUPLICATE KEY UPDATE attempts = attempts + (VALUES(state) = 'intent'), state = VALUES(state), result = VALUES(result),
        ended_at = VALUES(ended_at)`;
    const values = rows.flatMap(({ no, direction, name, state, result }) => [
      processId,
      no,
      direction,
      name,
      state,
      result,
      state,
    ]);
    await changePrepared(this.sequelize, sql, values, transaction);
  }

  async note({ process }: ClaimedProcess, lines: HistoryLine[], transaction: Transaction): Promise<void> {
    const { processId, orderId } = process;
    const rows = lines.map(({ kind, step = process.step, percentage = 0, detail = null }) => ({
      eventId: newId(),
      processId,
      orderId,
      kind,
      step,
      percentage: Math.max(process.percentage, percentage),
      detail,
      requestId: currentRequestId(),
      createdAt: now,
    }));
    await insertRows(this.models.events, rows, transaction);
  }
}

/** What stands of a step in its row. */
interface StepState extends StepRef {
  state: 'intent' | 'done';
  result: string | null;
}

const doneRow = (step: StepDone): StepState => ({ ...step, state: 'done', result: JSON.stringify(step.result ?? null) });
const intentRow = (step: StepRef): StepState => ({ ...step, state: 'intent', result: null });
