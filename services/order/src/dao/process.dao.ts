import type { HistoryEntry, Infer, Process, ProcessStatus } from '@polycloud/contracts';
import { decodeCursor } from '@polycloud/database';
import { literal, Op, type WhereOptions } from 'sequelize';
import type { Models } from '../models';
import type { UserProcessRow } from '../models/user-process.model';
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
  async listOf(userId: string, query: ProcessQuery): Promise<Infer<typeof Process>[]> {
    return this.list(query, { userId });
  }

  /** The same for all users; `olderThan` in seconds. */
  async listAll(query: ProcessQuery & { olderThan?: number }): Promise<Infer<typeof Process>[]> {
    const { olderThan } = query;
    const begun =
      olderThan === undefined ? {} : { createdAt: { [Op.lt]: literal(`NOW(3) - INTERVAL ${Math.trunc(olderThan)} SECOND`) } };
    return this.list(query, begun);
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

  private async list(query: ProcessQuery, where: WhereOptions<UserProcessRow>): Promise<Infer<typeof Process>[]> {
    const rows = await this.models.processes.findAll({
      where: {
        ...where,
        ...(query.status !== undefined && { status: query.status }),
        ...(query.cursor !== undefined && { processId: { [Op.lt]: decodeCursor(query.cursor) } }),
      },
      order: [['processId', 'DESC']],
      limit: query.limit + 1,
      raw: true,
    });
    return rows.map(toProcess);
  }
}
