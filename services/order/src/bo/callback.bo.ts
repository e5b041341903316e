import type { Caller } from '@polycloud/auth';
import { AppError, type CallbackDelivery, type Infer } from '@polycloud/contracts';
import type { CallbackDao } from '../dao/callback.dao';
import type { ProcessBo } from './process.bo';

/** The callbacks of a user's processes: what was tried, and once more on request. */
export class CallbackBo {
  constructor(
    private readonly callbackDao: CallbackDao,
    private readonly processBo: ProcessBo,
  ) {}

  async list(caller: Caller, processId: string): Promise<Infer<typeof CallbackDelivery>[]> {
    await this.processBo.get(caller, processId);
    return this.callbackDao.listOf(processId);
  }

  async replay(caller: Caller, processId: string, deliveryId: string): Promise<Infer<typeof CallbackDelivery>> {
    await this.processBo.get(caller, processId);
    await this.callbackDao.replay(processId, deliveryId);
    const delivery = (await this.callbackDao.listOf(processId)).find((one) => one.deliveryId === deliveryId);
    if (!delivery) throw new AppError('NOT_FOUND', `The process ${processId} has no callback ${deliveryId}`);
    return delivery;
  }
}
