import { currentRequestId } from '@polycloud/context';
import { type OrderStatus, ProcessStatus } from '@polycloud/contracts';
import { inTransaction } from '@polycloud/database';
import { newId } from '@polycloud/http';
import type { InboxDao } from '@polycloud/messaging';
import { literal, Op, type Sequelize, type Transaction } from 'sequelize';
import type { Models } from '../models';
import type { Direction, UserProcessRow } from '../models/user-process.model';

/** The right to drive a process: every write names it, and writes nothing once another has claimed. */
export interface Lease {
  processId: string;
  version: number;
}

/** A claimed process and what its finished steps gave. */
export interface ClaimedProcess {
  lease: Lease;
  process: UserProcessRow;
  /** Results by the names of the steps that are done. */
  results: Record<string, unknown>;
}

/** Another worker holds the process now: whatever this one was doing must not be written. */
export class LeaseLost extends Error {
  constructor({ processId, version }: Lease) {
    super(`The lease ${version} on process ${processId} is lost`);
    this.name = 'LeaseLost';
  }
}

const LEASE_SECONDS = 15;
const now = literal('NOW(3)') as unknown as Date;
const inSeconds = (seconds: number) =>
  literal(`NOW(3) + INTERVAL ${Math.ceil(seconds * 1000)} * 1000 MICROSECOND`) as unknown as Date;

/** What the saga engine writes. Each method is one atomic unit, fenced by the lease; times are the database's. */
export class SagaDao {
  constructor(
    private readonly sequelize: Sequelize,
    private readonly models: Models,
    private readonly inbox: InboxDao,
  ) {}

  /** Notes the event and claims its process; nothing when it was taken in before or the process is in other hands. */
  async claimByEvent(
    event: { consumer: string; eventId: string; processId: string },
    owner: string,
  ): Promise<ClaimedProcess | null> {
    return inTransaction(this.sequelize, async (transaction) => {
      if (!(await this.inbox.note(event.consumer, event.eventId, transaction))) return null;
      return this.claim(event.processId, owner, transaction);
    });
  }

  /** Claims processes whose time has come: their pause is over, or their worker died and its lease ran out. */
  async claimDue(owner: string, limit: number): Promise<ClaimedProcess[]> {
    const due = await this.models.processes.findAll({
      attributes: ['processId'],
      where: { status: ProcessStatus.UNDER_PROCESS, runAt: { [Op.lte]: literal('NOW(3) - INTERVAL 1 SECOND') } },
      order: [['runAt', 'ASC']],
      limit,
      raw: true,
    });
    const claimed: ClaimedProcess[] = [];
    for (const { processId } of due) {
      const one = await inTransaction(this.sequelize, (transaction) => this.claim(processId, owner, transaction));
      if (one) claimed.push(one);
    }
    return claimed;
  }

  /** Keeps the lease. */
  async renew(lease: Lease): Promise<void> {
    await this.write(lease, { runAt: inSeconds(LEASE_SECONDS) });
  }

  /** Percentage never falls, whoever writes late. */
  async progress(lease: Lease, percentage: number): Promise<void> {
    await this.write(lease, { percentage: atLeast(percentage), updatedAt: now });
  }

  /** The intent, stored before the call: after a crash it says that the outcome is unknown. */
  async begin(lease: Lease, step: { no: number; name: string; direction: Direction }): Promise<void> {
    await inTransaction(this.sequelize, async (transaction) => {
      await this.write(lease, { step: step.name, updatedAt: now, runAt: inSeconds(LEASE_SECONDS) }, transaction);
      const key = { processId: lease.processId, stepNo: step.no, direction: step.direction };
      const [tried] = await this.models.steps.update(
        { state: 'intent', attempts: literal('attempts + 1') },
        { where: key, transaction },
      );
      if (tried === 0) {
        await this.models.steps.create(
          { ...key, name: step.name, state: 'intent', attempts: 1, result: null, error: null, startedAt: now, endedAt: null },
          { transaction },
        );
      }
    });
  }

  /** The step's result and the next step, in one. */
  async done(claimed: ClaimedProcess, step: { no: number; name: string; percentage: number; result: unknown }): Promise<void> {
    await this.advance(claimed, {
      direction: 'forward',
      no: step.no,
      name: step.name,
      nextNo: step.no + 1,
      percentage: step.percentage,
      result: step.result,
    });
  }

  /** A step is undone; the one before it is due. */
  async undone(claimed: ClaimedProcess, step: { no: number; name: string }): Promise<void> {
    await this.advance(claimed, {
      direction: 'backward',
      no: step.no,
      name: step.name,
      nextNo: step.no - 1,
      percentage: 0,
      result: null,
    });
  }

  /** Another try later; the lease is given up. */
  async retryLater(claimed: ClaimedProcess, seconds: number, detail: string): Promise<void> {
    await inTransaction(this.sequelize, async (transaction) => {
      const attempts = literal('attempts + 1') as unknown as number;
      await this.write(claimed.lease, { attempts, runAt: inSeconds(seconds), leaseOwner: null, updatedAt: now }, transaction);
      await this.note(claimed, { kind: 'retry', detail }, transaction);
    });
  }

  /** The saga turns round: what was done is undone from here, in reverse. */
  async turnRound(claimed: ClaimedProcess, error: object, detail: string): Promise<void> {
    await inTransaction(this.sequelize, async (transaction) => {
      await this.write(
        claimed.lease,
        { direction: 'backward', attempts: 0, error: JSON.stringify(error), updatedAt: now },
        transaction,
      );
      await this.note(claimed, { kind: 'compensating', detail }, transaction);
    });
    claimed.process.direction = 'backward';
    claimed.process.attempts = 0;
  }

  /** The end. It is written once: a process that is not under process any more is left as it is. */
  async finish(
    claimed: ClaimedProcess,
    end: { status: ProcessStatus; orderStatus: OrderStatus; step: string; result?: object },
  ): Promise<void> {
    const { lease, process } = claimed;
    await inTransaction(this.sequelize, async (transaction) => {
      const percentage = end.status === ProcessStatus.SUCCESS ? 100 : atLeast(0);
      const result = end.result ? JSON.stringify(end.result) : null;
      await this.write(
        lease,
        { status: end.status, percentage, step: end.step, result, leaseOwner: null, updatedAt: now },
        transaction,
      );
      await this.models.orders.update(
        { status: end.orderStatus, updatedAt: now },
        { where: { orderId: process.orderId }, transaction },
      );
      await this.note(
        claimed,
        {
          kind: end.orderStatus,
          detail: null,
          percentage: end.status === ProcessStatus.SUCCESS ? 100 : undefined,
          step: end.step,
        },
        transaction,
      );
    });
  }

  private async claim(processId: string, owner: string, transaction: Transaction): Promise<ClaimedProcess | null> {
    const [claimed] = await this.models.processes.update(
      { leaseOwner: owner, version: literal('version + 1'), runAt: inSeconds(LEASE_SECONDS) },
      { where: { processId, status: ProcessStatus.UNDER_PROCESS, runAt: { [Op.lte]: literal('NOW(3)') } }, transaction },
    );
    if (claimed !== 1) return null;
    const process = await this.models.processes.findByPk(processId, { transaction, raw: true });
    if (!process) return null;
    const steps = await this.models.steps.findAll({
      where: { processId, direction: 'forward', state: 'done' },
      transaction,
      raw: true,
    });
    const results = Object.fromEntries(
      steps.map(({ name, result }) => [name, result === null ? null : (JSON.parse(result) as unknown)]),
    );
    return { lease: { processId, version: process.version }, process, results };
  }

  private async advance(
    claimed: ClaimedProcess,
    move: { direction: Direction; no: number; name: string; nextNo: number; percentage: number; result: unknown },
  ): Promise<void> {
    const { lease, process, results } = claimed;
    await inTransaction(this.sequelize, async (transaction) => {
      const percentage = atLeast(move.percentage);
      await this.write(
        lease,
        { stepNo: move.nextNo, attempts: 0, percentage, updatedAt: now, runAt: inSeconds(LEASE_SECONDS) },
        transaction,
      );
      await this.models.steps.update(
        { state: 'done', result: JSON.stringify(move.result ?? null), endedAt: now },
        { where: { processId: lease.processId, stepNo: move.no, direction: move.direction }, transaction },
      );
      await this.note(
        claimed,
        { kind: move.direction === 'forward' ? 'done' : 'undone', detail: null, step: move.name, percentage: move.percentage },
        transaction,
      );
    });
    process.stepNo = move.nextNo;
    process.attempts = 0;
    process.percentage = Math.max(process.percentage, move.percentage);
    if (move.direction === 'forward') results[move.name] = move.result;
  }

  private async write(lease: Lease, values: Partial<UserProcessRow>, transaction?: Transaction): Promise<void> {
    const where = { processId: lease.processId, version: lease.version, status: ProcessStatus.UNDER_PROCESS };
    const [changed] = await this.models.processes.update(values, { where, ...(transaction && { transaction }) });
    if (changed !== 1 && !(await this.holds(lease, transaction))) throw new LeaseLost(lease);
  }

  /** A write that changes nothing counts no row, so the row itself is asked. */
  private async holds(lease: Lease, transaction?: Transaction): Promise<boolean> {
    const where = { processId: lease.processId, version: lease.version, status: ProcessStatus.UNDER_PROCESS };
    return (await this.models.processes.count({ where, ...(transaction && { transaction }) })) === 1;
  }

  private async note(
    { process }: ClaimedProcess,
    event: { kind: string; detail: string | null; step?: string; percentage?: number | undefined },
    transaction: Transaction,
  ): Promise<void> {
    const { processId, orderId } = process;
    const percentage = Math.max(process.percentage, event.percentage ?? 0);
    await this.models.events.create(
      {
        eventId: newId(),
        processId,
        orderId,
        kind: event.kind,
        step: event.step ?? process.step,
        percentage,
        detail: event.detail,
        requestId: currentRequestId(),
        createdAt: now,
      },
      { transaction },
    );
  }
}

const atLeast = (percentage: number) => literal(`GREATEST(percentage, ${Math.trunc(percentage)})`) as unknown as number;
