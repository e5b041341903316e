import { currentRequestId } from '@polycloud/context';
import { type OrderStatus, ProcessStatus } from '@polycloud/contracts';
import { inTransaction } from '@polycloud/database';
import { newId } from '@polycloud/http';
import type { InboxDao } from '@polycloud/messaging';
import { literal, Op, type Sequelize, type Transaction } from 'sequelize';
import type { Models } from '../models';
import type { Direction, UserProcessRow } from '../models/user-process.model';
import { toProcess } from './process-view';

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

/** How a saga ended. */
export interface SagaEnd {
  status: ProcessStatus;
  orderStatus: OrderStatus;
  step: string;
  result?: object;
}

type ProcessChange = Parameters<Models['processes']['update']>[0];

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

  /** The intent, stored before the call: after a crash it says that the outcome is unknown. False when the owner asked to cancel. */
  async begin(lease: Lease, step: { no: number; name: string; direction: Direction }): Promise<boolean> {
    return inTransaction(this.sequelize, async (transaction) => {
      const condition = step.direction === 'forward' ? { cancelRequested: 0 } : {};
      if (
        !(await this.write(lease, { step: step.name, updatedAt: now, runAt: inSeconds(LEASE_SECONDS) }, transaction, condition))
      )
        return false;
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
      return true;
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

  /** Gives the process back unfinished: whoever comes next goes on at once. */
  async letGo(lease: Lease): Promise<void> {
    await this.write(lease, { runAt: now, leaseOwner: null });
  }

  /** Another try later; the lease is given up. */
  async retryLater(claimed: ClaimedProcess, seconds: number, detail: string): Promise<void> {
    await inTransaction(this.sequelize, async (transaction) => {
      const attempts = literal('attempts + 1') as unknown as number;
      await this.write(claimed.lease, { attempts, runAt: inSeconds(seconds), leaseOwner: null, updatedAt: now }, transaction);
      await this.note(claimed, { kind: 'retry', detail }, transaction);
    });
  }

  /** The saga turns round: what was done is undone from step `no` on, in reverse. */
  async turnRound(claimed: ClaimedProcess, cause: { code: string; detail: string }, no: number): Promise<void> {
    const error = JSON.stringify(cause);
    await inTransaction(this.sequelize, async (transaction) => {
      await this.write(claimed.lease, { direction: 'backward', stepNo: no, attempts: 0, error, updatedAt: now }, transaction);
      await this.note(claimed, { kind: 'compensating', detail: `${cause.code}: ${cause.detail}` }, transaction);
    });
    Object.assign(claimed.process, { direction: 'backward', stepNo: no, attempts: 0, error });
  }

  /**
   * The end, with the callback that tells of it. It is written once: a process that is not under process any more is
   * left as it is. Success is refused (false) when the owner asked to cancel meanwhile.
   */
  async finish(claimed: ClaimedProcess, end: SagaEnd): Promise<boolean> {
    const { lease, process } = claimed;
    return inTransaction(this.sequelize, async (transaction) => {
      const succeeded = end.status === ProcessStatus.SUCCESS;
      const values = {
        status: end.status,
        percentage: succeeded ? 100 : atLeast(0),
        step: end.step,
        result: end.result ? JSON.stringify(end.result) : null,
        leaseOwner: null,
        updatedAt: now,
      };
      if (!(await this.write(lease, values, transaction, succeeded ? { cancelRequested: 0 } : {}))) return false;
      await this.models.orders.update(
        { status: end.orderStatus, updatedAt: now },
        { where: { orderId: process.orderId }, transaction },
      );
      await this.note(
        claimed,
        { kind: end.orderStatus, detail: null, percentage: succeeded ? 100 : undefined, step: end.step },
        transaction,
      );
      await this.announce(process, transaction);
      return true;
    });
  }

  /** The callback is stored with the end that it tells, so that no crash can come between them. */
  private async announce({ processId, orderId, userId, requestId }: UserProcessRow, transaction: Transaction): Promise<void> {
    const order = await this.models.orders.findByPk(orderId, { attributes: ['callbackUrl'], transaction, raw: true });
    const row = await this.models.processes.findByPk(processId, { transaction, raw: true });
    if (!order?.callbackUrl || !row) return;
    const type = row.status === ProcessStatus.SUCCESS ? 'process.succeeded' : 'process.failed';
    const body = JSON.stringify({ type, timestamp: row.updatedAt.toISOString(), data: toProcess(row) });
    await this.models.deliveries.create(
      {
        deliveryId: newId(),
        processId,
        userId,
        url: order.callbackUrl,
        body,
        state: 'pending',
        tries: 0,
        nextAt: now,
        requestId,
        createdAt: now,
      },
      { transaction },
    );
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

  /** False when only the extra condition did not hold; LeaseLost when the process is in other hands or at its end. */
  private async write(
    lease: Lease,
    values: ProcessChange,
    transaction?: Transaction,
    condition: { cancelRequested?: number } = {},
  ): Promise<boolean> {
    const held = { processId: lease.processId, version: lease.version, status: ProcessStatus.UNDER_PROCESS };
    const options = transaction ? { transaction } : {};
    const [changed] = await this.models.processes.update(values, { where: { ...held, ...condition }, ...options });
    if (changed === 1) return true;
    // A write that changes nothing counts no row, so the row itself is asked.
    const row = await this.models.processes.findOne({ attributes: ['cancelRequested'], where: held, raw: true, ...options });
    if (!row) throw new LeaseLost(lease);
    return condition.cancelRequested === undefined || row.cancelRequested === condition.cancelRequested;
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
