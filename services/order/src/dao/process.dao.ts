import { type Infer, type Process, processStatusText, type ProcessStatus } from '@polycloud/contracts';
import { decodeCursor } from '@polycloud/database';
import { Op, type WhereOptions } from 'sequelize';
import type { Models } from '../models';
import type { UserProcessRow } from '../models/user-process.model';

/** Processes as their owners see them. */
export class ProcessDao {
  constructor(private readonly models: Models) {}

  async findOf(userId: string, processId: string): Promise<Infer<typeof Process> | null> {
    const row = await this.models.processes.findOne({ where: { processId, userId }, raw: true });
    return row && toProcess(row);
  }

  /** `limit + 1` processes of a user, newest first, before the cursor. */
  async listOf(
    userId: string,
    query: { limit: number; cursor?: string; status?: ProcessStatus },
  ): Promise<Infer<typeof Process>[]> {
    const where: WhereOptions<UserProcessRow> = {
      userId,
      ...(query.status !== undefined && { status: query.status }),
      ...(query.cursor !== undefined && { processId: { [Op.lt]: decodeCursor(query.cursor) } }),
    };
    const rows = await this.models.processes.findAll({
      where,
      order: [['processId', 'DESC']],
      limit: query.limit + 1,
      raw: true,
    });
    return rows.map(toProcess);
  }
}

function toProcess(row: UserProcessRow): Infer<typeof Process> {
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
