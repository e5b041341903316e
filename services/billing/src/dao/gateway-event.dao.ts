import { inTransaction, isDuplicateKey } from '@polycloud/database';
import { literal, Op, type Sequelize, type Transaction } from 'sequelize';
import type { Models } from '../models';
import type { GatewayEventRow } from '../models/gateway-event.model';
import { inSeconds, now } from './clock';

export type { GatewayEventRow } from '../models/gateway-event.model';

/** What names an event: gateways number theirs each for itself. */
export type EventKey = Pick<GatewayEventRow, 'gateway' | 'eventId'>;

/** How long an event waits for what it is about, seconds; and then no longer. */
const PAUSES = [5, 30, 120, 600, 3_600, 21_600, 86_400, 86_400, 86_400];

/** The inbox of the gateways' events. */
export class GatewayEventDao {
  constructor(
    private readonly sequelize: Sequelize,
    private readonly models: Pick<Models, 'gatewayEvents'>,
  ) {}

  /** Stores a verified event; false when it came before. It is due again in a moment, should nobody get to apply it. */
  async store(event: EventKey & { type: string; reference: string | null }): Promise<boolean> {
    const isAbout = event.reference !== null;
    const row = { ...event, checks: 0, nextCheckAt: isAbout ? inSeconds(PAUSES[0] ?? 5) : null, receivedAt: now };
    try {
      await this.models.gatewayEvents.create({ ...row, state: isAbout ? 'parked' : 'ignored' });
      return true;
    } catch (error) {
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  }

  /** Ticks an event off in the transaction of its effect; false when that was done before. */
  async tickOff({ gateway, eventId }: EventKey, transaction: Transaction): Promise<boolean> {
    const [changed] = await this.models.gatewayEvents.update(
      { state: 'applied', nextCheckAt: null },
      { where: { gateway, eventId, state: 'parked' }, transaction },
    );
    return changed === 1;
  }

  /** Claims parked events that are due; one that has waited its time is ignored from then on. */
  async claimDue(limit: number): Promise<GatewayEventRow[]> {
    return inTransaction(this.sequelize, async (transaction) => {
      const due = await this.models.gatewayEvents.findAll({
        where: { nextCheckAt: { [Op.lte]: literal('NOW(3)') } },
        order: [['nextCheckAt', 'ASC']],
        limit,
        lock: transaction.LOCK.UPDATE,
        skipLocked: true,
        transaction,
      });
      for (const event of due) {
        const checks = event.checks + 1;
        const pause = PAUSES[checks];
        const next = pause === undefined ? { nextCheckAt: null, state: 'ignored' as const } : { nextCheckAt: inSeconds(pause) };
        await event.update({ checks, ...next }, { transaction });
      }
      return due;
    });
  }
}
