import type { HistoryEntry, Infer, Process, ProcessStatus } from '@polycloud/contracts';
import { type KeysetPage, pageBefore } from '@polycloud/database';
import { literal, Op } from 'sequelize';
import type { Models } from '../models';
import { toProcess } from './process-view';

interface ProcessQuery {
  limit: number;
  cursor?: string;
  status?: ProcessStatus;
}

/** Processes as their owners, and the person on call, see them. */
export class ProcessDao {
  constructor(private readonly models: Models) {}

  async findOf(userId: string, processId: string): Promise<Infer<typeof Process> | null> {
    const row = await this.models.processes.findOne({ where: { processId, userId }, raw: true });
    return row && toProcess(row);
  }

  /** `limit + 1` processes of a user, newest first, before the cursor. */
  async listOf(userId: string, { status, cursor, limit }: ProcessQuery): Promise<Infer<typeof Process>[]> {
    return this.list(pageBefore({ userId, status }, { name: 'processId', cursor }), limit);
  }

  /** The same for all users; `olderThan` in seconds. */
  async listAll({ status, cursor, limit, olderThan }: ProcessQuery & { olderThan?: number }): Promise<Infer<typeof Process>[]> {
    const { where, order } = pageBefore({ status }, { name: 'processId', cursor });
    if (olderThan === undefined) return this.list({ where, order }, limit);
    const createdAt = { [Op.lt]: literal(`NOW(3) - INTERVAL ${Math.trunc(olderThan)} SECOND`) };
    return this.list({ where: { ...where, createdAt }, order }, limit);
  }

  /** Every change of state of an order, the first one first. */
  async historyOf(orderId: string): Promise<Infer<typeof HistoryEntry>[]> {
    const rows = await this.models.events.findAll({ where: { orderId }, order: [['eventId', 'ASC']], limit: 1000, raw: true });
    return rows.map(({ createdAt, processId, kind, step, percentage, requestId, detail }) => ({
      at: createdAt.toISOString(),
      processId,
      kind,
      step,
      percentage,
      requestId,
      ...(detail !== null && { detail }),
    }));
  }

  private async list(page: KeysetPage, limit: number): Promise<Infer<typeof Process>[]> {
    const rows = await this.models.processes.findAll({ ...page, limit: limit + 1, raw: true });
    return rows.map(toProcess);
  }
}
