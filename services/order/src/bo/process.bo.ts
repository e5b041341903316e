import type { Caller } from '@polycloud/auth';
import { AppError, type Infer, Paged, type Process, ProcessStatus } from '@polycloud/contracts';
import { pageOfRows } from '@polycloud/database';
import type { ProcessDao } from '../dao/process.dao';

/** Any instance may serve a listener, so the table is what is looked at. */
const LOOK_AGAIN_MS = 300;

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

  /** Of all users, for the person on call: what is stuck, what failed. `olderThan` in seconds. */
  async listAll(query: {
    limit: number;
    cursor?: string;
    status?: ProcessStatus;
    olderThan?: number;
  }): Promise<Paged<Infer<typeof Process>>> {
    const processes = await this.processDao.listAll(query);
    const { rows, nextCursor } = pageOfRows(processes, query.limit, ({ processId }) => processId);
    return new Paged(rows, nextCursor);
  }

  /** The process each time that it has changed, until it ends or the listener goes. */
  async *follow(caller: Caller, processId: string, signal: AbortSignal): AsyncGenerator<Infer<typeof Process>> {
    let seen = '';
    while (!signal.aborted) {
      const process = await this.get(caller, processId);
      const state = stateOf(process);
      if (state !== seen) yield process;
      seen = state;
      if (process.status !== ProcessStatus.UNDER_PROCESS) return;
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    }
  }
}

/** Names what a listener sees of a process: the same state, the same name. */
export const stateOf = ({ status, percentage, step }: Infer<typeof Process>): string => `${status}-${percentage}-${step}`;
