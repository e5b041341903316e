import { destroyInParts, insertRows, isDuplicateKey } from '@polycloud/database';
import { Counter } from '@polycloud/lean/prom-client';
import { literal, type ModelStatic, Op, type Transaction } from 'sequelize';
import type { InboxRow } from '../models/inbox.model';

const duplicates = new Counter({
  name: 'inbox_duplicates_total',
  help: 'Events that came again and had no second effect',
  labelNames: ['consumer'],
});

/** Which events a consumer has taken in. */
export class InboxDao {
  constructor(private readonly inbox: ModelStatic<InboxRow>) {}

  /** Notes the event in the transaction of its effect; false when it was there before, and then there is nothing to do. */
  async note(consumer: string, eventId: string, transaction: Transaction): Promise<boolean> {
    try {
      await insertRows(this.inbox, [{ consumer, eventId, receivedAt: literal('NOW(3)') }], transaction);
      return true;
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      duplicates.inc({ consumer });
      return false;
    }
  }

  /** Forgets what was taken in more than a month ago: longer than a queue, and the queue of what kept failing, hold a message. */
  async sweep(): Promise<void> {
    await destroyInParts(this.inbox, { receivedAt: { [Op.lt]: literal('NOW(3) - INTERVAL 30 DAY') } });
  }
}
