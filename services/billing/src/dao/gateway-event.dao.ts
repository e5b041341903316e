import { insertRows, isDuplicateKey, updateRows } from '@polycloud/database';
import type { Transaction } from 'sequelize';
import type { Models } from '../models';
import type { GatewayEventRow } from '../models/gateway-event.model';
import { inSeconds, now } from './clock';
import { claimDue, type PauseAfter } from './due';

export type { GatewayEventRow } from '../models/gateway-event.model';

/** What names an event: gateways number theirs each for itself. */
export type EventKey = Pick<GatewayEventRow, 'gateway' | 'eventId'>;

/** Pause before an event that was not applied at once is taken up, seconds. */
const FIRST_PAUSE = 5;

/** The inbox of the gateways' events. */
export class GatewayEventDao {
  constructor(private readonly models: Pick<Models, 'gatewayEvents'>) {}

  /** Stores a verified event; false when it came before. It is due again in a moment, should nobody get to apply it. */
  async store(event: EventKey & { type: string; reference: string | null }): Promise<boolean> {
    const isAbout = event.reference !== null;
    const row = { ...event, checks: 0, nextCheckAt: isAbout ? inSeconds(FIRST_PAUSE) : null, receivedAt: now };
    try {
      await insertRows(this.models.gatewayEvents, [{ ...row, state: isAbout ? 'parked' : 'ignored' }]);
      return true;
    } catch (error) {
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  }

  /** Ticks an event off in the transaction of its effect; false when that was done before. */
  async tickOff({ gateway, eventId }: EventKey, transaction: Transaction): Promise<boolean> {
    const key = { gateway, eventId, state: 'parked' };
    const applied = { state: 'applied', nextCheckAt: null };
    return (await updateRows(this.models.gatewayEvents, applied, key, transaction)) === 1;
  }

  /** Claims parked events that are to be applied again. One that has waited its time stays parked. */
  claimDue(limit: number, pauseAfter: PauseAfter): Promise<GatewayEventRow[]> {
    return claimDue(this.models.gatewayEvents, limit, pauseAfter);
  }
}
