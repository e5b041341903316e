import { literal } from 'sequelize';
import type { OrderRow } from '../models/order.model';
import type { OrderedWork } from './order-view';
import type { UserProcessRow } from '../models/user-process.model';

/** The right to drive a process: every write names it, and writes nothing once another has claimed. */
export interface Lease {
  processId: string;
  version: number;
}

/** A claimed process and what its finished steps gave. */
export interface ClaimedProcess {
  lease: Lease;
  process: ClaimedRow;
  /**
   * Whether the intent of the step that is due is stored, as it is with whatever made the step due. It is not where there is no
   * such step, or where the owner asked to cancel.
   */
  begun: boolean;
  /** What its order is; nothing where the order is missing. */
  order: OrderedWork | undefined;
  /** Results by the names of the steps that are done. */
  results: Record<string, unknown>;
}

/** The process with what its order says of payment and callback. */
export type ClaimedRow = UserProcessRow & Pick<OrderRow, 'paymentGateway' | 'paymentSource' | 'cloud' | 'callbackUrl'>;

/** The name of the step that is due; nothing where the saga is at its end. */
export type StepOf = (process: Pick<UserProcessRow, 'saga' | 'stepNo'>) => string | undefined;

/** Another worker holds the process now: whatever this one was doing must not be written. */
export class LeaseLost extends Error {
  constructor({ processId, version }: Lease) {
    super(`The lease ${version} on process ${processId} is lost`);
    this.name = 'LeaseLost';
  }
}

/** The database's clock, not ours: workers may disagree about the time. */
export const now = literal('NOW(3)') as unknown as Date;

export const inSeconds = (seconds: number): Date =>
  literal(`NOW(3) + INTERVAL ${Math.ceil(seconds * 1000)} * 1000 MICROSECOND`) as unknown as Date;

/** Percentage never falls, whoever writes late. */
export const atLeast = (percentage: number): number =>
  literal(`GREATEST(percentage, ${Math.trunc(percentage)})`) as unknown as number;
