import { currentTrace } from '@polycloud/context';
import { type OrderStatus, ProcessStatus } from '@polycloud/contracts';
import { insertRows, inTransaction, updateRows } from '@polycloud/database';
import { newId } from '@polycloud/http';
import type { Sequelize, Transaction } from 'sequelize';
import type { Models } from '../models';
import { atLeast, type ClaimedProcess, type ClaimedRow, now } from './lease';
import { toProcess } from './process-view';
import type { ProcessWriter, StepDone } from './process-writer';

/** How a saga ended. */
export interface SagaEnd {
  status: ProcessStatus;
  orderStatus: OrderStatus;
  step: string;
  result?: object;
}

/** The end of a process. */
export class EndDao {
  constructor(
    private readonly sequelize: Sequelize,
    private readonly parts: { models: Models; writer: ProcessWriter },
  ) {}

  /**
   * The end, with the result of the step that led to it and the callback that tells of it. It is written once: a process that is
   * not under process any more is left as it is. Success is refused (false) when the owner asked to cancel meanwhile.
   */
  async finish(claimed: ClaimedProcess, end: SagaEnd, last?: StepDone): Promise<boolean> {
    const { models, writer } = this.parts;
    const succeeded = end.status === ProcessStatus.SUCCESS;
    return inTransaction(this.sequelize, async (transaction) => {
      const options = succeeded ? { transaction, condition: { cancelRequested: 0 } } : { transaction };
      if (!(await writer.write(claimed.lease, lastValues(end), options))) return false;
      const { orderId, processId } = claimed.process;
      await updateRows(models.orders, { status: end.orderStatus, updatedAt: now }, { orderId }, transaction);
      await writer.mark(processId, { left: last }, transaction);
      const done = last && { kind: 'done', step: last.name, percentage: last.percentage };
      const line = { kind: end.orderStatus, step: end.step, ...(succeeded && { percentage: 100 }) };
      await writer.note(claimed, [...(done ? [done] : []), line], transaction);
      await this.announce(claimed.process, transaction);
      return true;
    });
  }

  /** The callback is stored with the end that it tells, so that no crash can come between them. */
  private async announce({ processId, userId, requestId, callbackUrl }: ClaimedRow, transaction: Transaction): Promise<void> {
    if (callbackUrl === null) return;
    const { processes, deliveries } = this.parts.models;
    const row = await processes.findByPk(processId, { transaction, raw: true });
    if (!row) return;
    const type = row.status === ProcessStatus.SUCCESS ? 'process.succeeded' : 'process.failed';
    const body = JSON.stringify({ type, timestamp: row.updatedAt.toISOString(), data: toProcess(row) });
    const due = { state: 'pending' as const, tries: 0, nextAt: now, createdAt: now };
    const { traceparent = null } = currentTrace() ?? {};
    const delivery = { deliveryId: newId(), processId, userId, url: callbackUrl, body, requestId, traceparent, ...due };
    await insertRows(deliveries, [delivery], transaction);
  }
}

const lastValues = ({ status, step, result }: SagaEnd) => ({
  status,
  percentage: status === ProcessStatus.SUCCESS ? 100 : atLeast(0),
  step,
  result: result ? JSON.stringify(result) : null,
  leaseOwner: null,
  updatedAt: now,
});
