import { inTransaction } from '@polycloud/database';
import { literal, type Sequelize } from 'sequelize';
import type { Models } from '../models';
import type { Direction } from '../models/user-process.model';
import { atLeast, type ClaimedProcess, inSeconds, type Lease, now } from './lease';
import type { ProcessWriter } from './process-writer';

/** A step's end and what comes after it. */
interface Move {
  direction: Direction;
  no: number;
  name: string;
  nextNo: number;
  percentage: number;
  result: unknown;
}

/** The way of a process through its steps. Each method is one atomic unit, fenced by the lease; times are the database's. */
export class StepDao {
  constructor(
    private readonly sequelize: Sequelize,
    private readonly parts: { models: Models; writer: ProcessWriter },
    private readonly leaseSeconds: number,
  ) {}

  async progress(lease: Lease, percentage: number): Promise<void> {
    await this.parts.writer.write(lease, { percentage: atLeast(percentage), updatedAt: now });
  }

  /** The intent, stored before the call: after a crash it says that the outcome is unknown. False when the owner asked to cancel. */
  async begin(lease: Lease, step: { no: number; name: string; direction: Direction }): Promise<boolean> {
    const { models, writer } = this.parts;
    return inTransaction(this.sequelize, async (transaction) => {
      const options = step.direction === 'forward' ? { transaction, condition: { cancelRequested: 0 } } : { transaction };
      const values = { step: step.name, updatedAt: now, runAt: inSeconds(this.leaseSeconds) };
      if (!(await writer.write(lease, values, options))) return false;
      const key = { processId: lease.processId, stepNo: step.no, direction: step.direction };
      const again = { state: 'intent' as const, attempts: literal('attempts + 1') };
      const [tried] = await models.steps.update(again, { where: key, transaction });
      if (tried > 0) return true;
      const begun = { name: step.name, state: 'intent' as const, attempts: 1, startedAt: now };
      await models.steps.create({ ...key, ...begun, result: null, error: null, endedAt: null }, { transaction });
      return true;
    });
  }

  /** The step's result and the next step, in one. */
  async done(claimed: ClaimedProcess, step: { no: number; name: string; percentage: number; result: unknown }): Promise<void> {
    await this.advance(claimed, { ...step, direction: 'forward', nextNo: step.no + 1 });
    claimed.results[step.name] = step.result;
  }

  /** A step is undone; the one before it is due. */
  async undone(claimed: ClaimedProcess, step: { no: number; name: string }): Promise<void> {
    await this.advance(claimed, { ...step, direction: 'backward', nextNo: step.no - 1, percentage: 0, result: null });
  }

  /** Another try later; the lease is given up. */
  async retryLater(claimed: ClaimedProcess, seconds: number, detail: string): Promise<void> {
    const { writer } = this.parts;
    await inTransaction(this.sequelize, async (transaction) => {
      const attempts = literal('attempts + 1') as unknown as number;
      const values = { attempts, runAt: inSeconds(seconds), leaseOwner: null, updatedAt: now };
      await writer.write(claimed.lease, values, { transaction });
      await writer.note(claimed, { kind: 'retry', detail }, transaction);
    });
  }

  /** The saga turns round: what was done is undone from step `no` on, in reverse. */
  async turnRound(claimed: ClaimedProcess, cause: { code: string; detail: string }, no: number): Promise<void> {
    const { writer } = this.parts;
    const change = { direction: 'backward' as const, stepNo: no, attempts: 0, error: JSON.stringify(cause) };
    await inTransaction(this.sequelize, async (transaction) => {
      await writer.write(claimed.lease, { ...change, updatedAt: now }, { transaction });
      await writer.note(claimed, { kind: 'compensating', detail: `${cause.code}: ${cause.detail}` }, transaction);
    });
    Object.assign(claimed.process, change);
  }

  private async advance(claimed: ClaimedProcess, move: Move): Promise<void> {
    const { models, writer } = this.parts;
    const { lease, process } = claimed;
    const next = { stepNo: move.nextNo, attempts: 0 };
    await inTransaction(this.sequelize, async (transaction) => {
      const values = { ...next, percentage: atLeast(move.percentage), updatedAt: now, runAt: inSeconds(this.leaseSeconds) };
      await writer.write(lease, values, { transaction });
      await models.steps.update(
        { state: 'done', result: JSON.stringify(move.result ?? null), endedAt: now },
        { where: { processId: lease.processId, stepNo: move.no, direction: move.direction }, transaction },
      );
      const kind = move.direction === 'forward' ? 'done' : 'undone';
      await writer.note(claimed, { kind, step: move.name, percentage: move.percentage }, transaction);
    });
    Object.assign(process, next, { percentage: Math.max(process.percentage, move.percentage) });
  }
}
