import type { OutboxDao } from '@polycloud/messaging';
import { literal, type ModelStatic, Op } from 'sequelize';
import type { Models } from '../models';
import type { UserProcessRow } from '../models/user-process.model';

const RECENT = literal('NOW(3) - INTERVAL 5 MINUTE');

/** What the tables say of the work under way, for the person on call; every look goes through an index. */
export class FiguresDao {
  constructor(
    private readonly models: Models,
    private readonly outboxDao: OutboxDao,
  ) {}

  async read(): Promise<Record<string, number>> {
    const { processes, deliveries } = this.models;
    const [running, succeeded, failed, oldest, unclaimed, lag, callbacks] = await Promise.all([
      processes.count({ where: { status: 0 } }),
      processes.count({ where: { status: 1, runAt: { [Op.gt]: RECENT } } }),
      processes.count({ where: { status: 2, runAt: { [Op.gt]: RECENT } } }),
      ageOfFirst(processes, { status: 0 }),
      ageOfFirst(processes, { status: 0, version: 0 }),
      this.outboxDao.lagSeconds(),
      deliveries.count({ where: { state: 'pending' } }),
    ]);
    return {
      processes_running: running,
      processes_recently_succeeded: succeeded,
      processes_recently_failed: failed,
      process_oldest_running_seconds: oldest,
      process_oldest_unclaimed_seconds: unclaimed,
      outbox_lag_seconds: lag,
      callbacks_pending: callbacks,
    };
  }
}

/** Ids begin with their time, so the first by id is the oldest. */
async function ageOfFirst(processes: ModelStatic<UserProcessRow>, where: { status: 0; version?: 0 }): Promise<number> {
  const first = await processes.findOne({ attributes: ['createdAt'], where, order: [['processId', 'ASC']], raw: true });
  return first ? Math.max(0, Date.now() - first.createdAt.getTime()) / 1_000 : 0;
}
