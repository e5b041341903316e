import { literal, Op } from 'sequelize';
import type { Models } from '../models';
import { inSeconds, now } from './clock';

/** Which instance runs a scheduled job. */
export class JobLeaseDao {
  constructor(private readonly models: Pick<Models, 'jobLeases'>) {}

  /** Whether this call has the job's run; the next one is due that many seconds later, for whoever asks first. */
  async take(name: string, everySeconds: number): Promise<boolean> {
    await this.models.jobLeases.bulkCreate([{ name, runAt: now }], { ignoreDuplicates: true });
    const [taken] = await this.models.jobLeases.update(
      { runAt: inSeconds(everySeconds) },
      { where: { name, runAt: { [Op.lte]: literal('NOW(3)') } } },
    );
    return taken === 1;
  }
}
