import { inTransaction } from '@polycloud/database';
import { literal, type Sequelize, type Transaction } from 'sequelize';
import { atLeast, type ClaimedProcess, inSeconds, type Lease, now } from './lease';
import type { ProcessWriter, StepDone, StepRef } from './process-writer';

/**
 * The way of a process through its steps. Each method is one atomic unit, fenced by the lease; times are the database's. A step's
 * intent is stored with whatever makes the step due, so that one commit lies between two calls.
 */
export class StepDao {
  constructor(
    private readonly sequelize: Sequelize,
    private readonly writer: ProcessWriter,
    private readonly leaseSeconds: number,
  ) {}

  async progress(lease: Lease, percentage: number): Promise<void> {
    await this.writer.write(lease, { percentage: atLeast(percentage), updatedAt: now });
  }

  /** The step's result, and the intent of the next one unless the owner asked to cancel. */
  async done(claimed: ClaimedProcess, step: StepDone, next?: StepRef): Promise<void> {
    await this.advance(claimed, step, { no: step.no + 1, step: next });
    claimed.results[step.name] = step.result;
  }

  /** A step is undone; the one before it is due. */
  async undone(claimed: ClaimedProcess, step: StepRef, previous?: StepRef): Promise<void> {
    await this.advance(claimed, { ...step, percentage: 0, result: null }, { no: step.no - 1, step: previous });
  }

  /** Another try later; the lease is given up. */
  async retryLater(claimed: ClaimedProcess, seconds: number, detail: string): Promise<void> {
    const { writer } = this;
    await inTransaction(this.sequelize, async (transaction) => {
      const attempts = literal('attempts + 1') as unknown as number;
      const values = { attempts, runAt: inSeconds(seconds), leaseOwner: null, updatedAt: now };
      await writer.write(claimed.lease, values, { transaction });
      await writer.note(claimed, [{ kind: 'retry', detail }], transaction);
    });
  }

  /** The saga turns round: what was done is undone from this step on, in reverse. */
  async turnRound(claimed: ClaimedProcess, cause: { code: string; detail: string }, step: StepRef): Promise<void> {
    const change = { direction: step.direction, stepNo: step.no, attempts: 0, error: JSON.stringify(cause) };
    await inTransaction(this.sequelize, async (transaction) => {
      await this.enter(claimed.lease, change, { step, transaction });
      await this.writer.mark(claimed.lease.processId, { entered: step }, transaction);
      await this.writer.note(claimed, [{ kind: 'compensating', detail: `${cause.code}: ${cause.detail}` }], transaction);
    });
    Object.assign(claimed.process, change, { step: step.name });
    claimed.begun = true;
  }

  private async advance(claimed: ClaimedProcess, left: StepDone, next: { no: number; step: StepRef | undefined }): Promise<void> {
    const { lease, process } = claimed;
    const { percentage } = left;
    const change = { stepNo: next.no, attempts: 0 };
    const entered = await inTransaction(this.sequelize, async (transaction) => {
      const values = { ...change, percentage: atLeast(percentage) };
      const step = await this.enter(lease, values, { step: next.step, transaction });
      await this.writer.mark(lease.processId, { left, entered: step }, transaction);
      const kind = left.direction === 'forward' ? 'done' : 'undone';
      await this.writer.note(claimed, [{ kind, step: left.name, percentage }], transaction);
      return step;
    });
    Object.assign(process, change, { percentage: Math.max(process.percentage, percentage) }, entered && { step: entered.name });
    claimed.begun = entered !== undefined;
  }

  /** Writes the values, and that the step is entered; gives the step, but for one forward when the owner asked to cancel. */
  private async enter(
    lease: Lease,
    values: object,
    { step, transaction }: { step: StepRef | undefined; transaction: Transaction },
  ): Promise<StepRef | undefined> {
    const alive = { ...values, updatedAt: now, runAt: inSeconds(this.leaseSeconds) };
    const options = step?.direction === 'forward' ? { transaction, condition: { cancelRequested: 0 } } : { transaction };
    if (await this.writer.write(lease, { ...alive, ...(step && { step: step.name }) }, options)) return step;
    await this.writer.write(lease, alive, { transaction });
    return undefined;
  }
}
