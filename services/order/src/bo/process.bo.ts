import type { Caller } from '@polycloud/auth';
import { AppError, type Infer, Paged, type Process, type ProcessStatus } from '@polycloud/contracts';
import { pageOfRows } from '@polycloud/database';
import type { ProcessDao } from '../dao/process.dao';

/** How far a user's processes are. */
export class ProcessBo {
  constructor(private readonly processDao: ProcessDao) {}

  async get(caller: Caller, processId: string): Promise<Infer<typeof Process>> {
    const process = await this.processDao.findOf(caller.userId, processId);
    if (!process) throw new AppError('NOT_FOUND', `You have no process ${processId}`);
    return process;
  }

  async list(
    caller: Caller,
    query: { limit: number; cursor?: string; status?: ProcessStatus },
  ): Promise<Paged<Infer<typeof Process>>> {
    const processes = await this.processDao.listOf(caller.userId, query);
    const { rows, nextCursor } = pageOfRows(processes, query.limit, ({ processId }) => processId);
    return new Paged(rows, nextCursor);
  }
}
