import type { EventEnvelope } from '@polycloud/contracts';
import { destroyInParts, insertRows, inTransaction, updateRows } from '@polycloud/database';
import type { OutboundEvent } from '../publisher';
import { literal, type ModelStatic, Op, type Sequelize, type Transaction } from 'sequelize';
import type { OutboxRow } from '../models/outbox.model';

const LEASE_SECONDS = 30;
/** So long an event is left to who appended it: he publishes it right after his commit. */
const OWN_SECONDS = 5;

/** An event as it goes out. */
export const outboundOf = (event: EventEnvelope): OutboundEvent => ({ eventId: event.eventId, payload: JSON.stringify(event) });

/** Milliseconds of the epoch at which a UUID v7 was made. */
const timeOfId = (id: string) => parseInt(id.replaceAll('-', '').slice(0, 12), 16);

/** Events to publish. Claimed by state, never by a cursor: what was inserted first may be committed last. */
export class OutboxDao {
  constructor(
    private readonly sequelize: Sequelize,
    private readonly outbox: ModelStatic<OutboxRow>,
  ) {}

  /** Adds an event in the transaction of what it tells. */
  async append(event: EventEnvelope, transaction: Transaction): Promise<void> {
    await this.appendAll([event], transaction);
  }

  /** Adds events in the transaction of what they tell. */
  async appendAll(events: readonly EventEnvelope[], transaction: Transaction): Promise<void> {
    const availableAt = literal(`NOW(3) + INTERVAL ${OWN_SECONDS} SECOND`);
    const begin = { state: 'pending', attempts: 0, availableAt, publishedAt: null };
    const rows = events.map((event) => ({ ...outboundOf(event), type: event.type, ...begin }));
    await insertRows(this.outbox, rows, transaction);
  }

  /** Takes up to `limit` pending events that nobody has in hand, for half a minute; who dies with them loses them to the next claim. */
  async claim(limit: number): Promise<OutboundEvent[]> {
    return inTransaction(this.sequelize, async (transaction) => {
      const rows = await this.outbox.findAll({
        attributes: ['eventId', 'payload'],
        where: { state: 'pending', availableAt: { [Op.lte]: literal('NOW(3)') } },
        order: [['availableAt', 'ASC']],
        limit,
        lock: transaction.LOCK.UPDATE,
        skipLocked: true,
        raw: true,
        transaction,
      });
      if (rows.length === 0) return [];
      await this.outbox.update(
        {
          availableAt: literal(`NOW(3) + INTERVAL ${LEASE_SECONDS} SECOND`),
          attempts: literal('attempts + 1'),
        },
        { where: { eventId: rows.map(({ eventId }) => eventId) }, transaction },
      );
      return rows;
    });
  }

  /** How long the oldest event has waited to be published, seconds; 0 when none waits. Event ids begin with their time. */
  async lagSeconds(): Promise<number> {
    const oldest = await this.outbox.min<string | null, OutboxRow>('eventId', { where: { state: 'pending' } });
    return oldest === null ? 0 : Math.max(0, Date.now() - timeOfId(oldest)) / 1_000;
  }

  /** By the ids alone: asked for their state as well, the server goes by its index and waits for what others are just inserting. */
  async markPublished(eventIds: string[]): Promise<void> {
    await updateRows(this.outbox, { state: 'published', publishedAt: literal('NOW(3)') }, { eventId: eventIds });
  }

  /** Gives events back that could not be published; each waits longer after each try, a minute at most. */
  async postpone(eventIds: string[]): Promise<void> {
    const pause = literal('NOW(3) + INTERVAL LEAST(60, POW(2, LEAST(attempts, 6))) SECOND') as unknown as Date;
    await this.outbox.update({ availableAt: pause }, { where: { eventId: eventIds } });
  }

  /** Forgets what was published more than a week ago. */
  async sweep(): Promise<void> {
    await destroyInParts(this.outbox, { state: 'published', publishedAt: { [Op.lt]: literal('NOW(3) - INTERVAL 7 DAY') } });
  }
}
