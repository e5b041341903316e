import { ProcessStatus } from '@polycloud/contracts';
import { columnsOf, inTransaction, selectPrepared, updateRows } from '@polycloud/database';
import type { InboxDao } from '@polycloud/messaging';
import { fn, col, literal, Op, type Sequelize, type Transaction } from 'sequelize';
import type { Models } from '../models';
import { type ClaimedProcess, type ClaimedRow, inSeconds, type Lease, now, type StepOf } from './lease';
import { ITEM_COLUMNS, TOTAL_COLUMNS, toWork, type WorkLine } from './order-view';
import type { ProcessWriter } from './process-writer';

/** Users whose turn is looked at in one go; who is not among them waited less long. */
const MOST_USERS = 200;

/** Who claims, and what he will do first. */
export interface Claimant {
  owner: string;
  stepOf: StepOf;
}

/** Who claims how much at most. */
export interface Hands extends Claimant {
  /** Processes that he has hands for. */
  free: number;
  /** Most processes of one user that he drives at once, and how many of a user's he has in hand. */
  share: number;
  heldOf: (userId: string) => number;
}

/** A process, joined with each item of its order. */
type DueLine = ClaimedRow & WorkLine;

/** Who drives which process, and for how long. Times are the database's. */
export class LeaseDao {
  private readonly dueLines: string;

  constructor(
    private readonly sequelize: Sequelize,
    private readonly parts: { models: Models; inbox: InboxDao; writer: ProcessWriter },
    private readonly leaseSeconds: number,
  ) {
    this.dueLines = `SELECT ${columnsOf(parts.models.processes, 'p')}, o.payment_gateway AS paymentGateway,
        o.payment_source AS paymentSource, o.cloud, o.callback_url AS callbackUrl, ${TOTAL_COLUMNS}, ${ITEM_COLUMNS}
      FROM user_processes p LEFT JOIN orders o ON o.order_id = p.order_id LEFT JOIN order_items i ON i.order_id = o.order_id
      WHERE p.process_id = ? AND p.status = ${ProcessStatus.UNDER_PROCESS} AND p.run_at <= NOW(3) FOR UPDATE`;
  }

  /** Notes the event, claims its process and begins its step; nothing when it was taken in before or the process is in other hands. */
  async claimByEvent(
    event: { consumer: string; eventId: string; processId: string },
    claimant: Claimant,
  ): Promise<ClaimedProcess | null> {
    return inTransaction(this.sequelize, async (transaction) => {
      if (!(await this.parts.inbox.note(event.consumer, event.eventId, transaction))) return null;
      return this.claim(event.processId, claimant, transaction);
    });
  }

  /**
   * Claims processes whose time has come, user by user in turn, those first of whom the fewest are in hand, then who
   * waited longest: nobody's many orders come before another's one. They were left in the table, their pause is over, or
   * their worker died and its lease ran out.
   */
  async claimDue({ free, share, heldOf, ...claimant }: Hands): Promise<ClaimedProcess[]> {
    const waiting = (await this.usersWithDue()).map((userId) => ({ userId, held: heldOf(userId) }));
    const next = waiting.filter(({ held }) => held < share).sort((a, b) => a.held - b.held);
    const queues = await Promise.all(
      next.slice(0, free).map(({ userId, held }) => this.dueOf(userId, Math.min(free, share - held))),
    );
    const claimed: ClaimedProcess[] = [];
    for (const processId of inTurns(queues)) {
      if (claimed.length === free) break;
      const one = await inTransaction(this.sequelize, (transaction) => this.claim(processId, claimant, transaction));
      if (one) claimed.push(one);
    }
    return claimed;
  }

  /** Milliseconds after which a holder should renew: two renewals may fail before the lease runs out. */
  get renewMs(): number {
    return (this.leaseSeconds * 1000) / 3;
  }

  /** Keeps the lease. */
  async renew(lease: Lease): Promise<void> {
    await this.parts.writer.write(lease, { runAt: inSeconds(this.leaseSeconds) });
  }

  /** Gives the process back unfinished: whoever comes next goes on at once. */
  async letGo(lease: Lease): Promise<void> {
    await this.parts.writer.write(lease, { runAt: now, leaseOwner: null });
  }

  /** Whether more than `limit` processes are due and in nobody's hands. Its cost does not grow beyond the limit. */
  async hasBacklogBeyond(limit: number): Promise<boolean> {
    const beyond = await this.parts.models.processes.findOne({
      attributes: ['processId'],
      where: dueBy('NOW(3)'),
      order: [['runAt', 'ASC']],
      offset: limit,
      raw: true,
    });
    return beyond !== null;
  }

  private async usersWithDue(): Promise<string[]> {
    // Grouped along the index (status, user, time), so the cost is one look a user, however much each has waiting.
    const rows = await this.parts.models.processes.findAll({
      attributes: ['userId', [fn('MIN', col('run_at')), 'runAt']],
      where: { status: ProcessStatus.UNDER_PROCESS },
      group: ['userId'],
      having: literal('MIN(run_at) <= NOW(3) - INTERVAL 1 SECOND'),
      order: [[fn('MIN', col('run_at')), 'ASC']],
      limit: MOST_USERS,
      raw: true,
    });
    return rows.map(({ userId }) => userId);
  }

  private async dueOf(userId: string, limit: number): Promise<string[]> {
    const rows = await this.parts.models.processes.findAll({
      attributes: ['processId'],
      where: { userId, ...dueBy('NOW(3) - INTERVAL 1 SECOND') },
      order: [['runAt', 'ASC']],
      limit,
      raw: true,
    });
    return rows.map(({ processId }) => processId);
  }

  private async claim(processId: string, { owner, stepOf }: Claimant, transaction: Transaction): Promise<ClaimedProcess | null> {
    const { models, writer } = this.parts;
    const lines = await selectPrepared<DueLine>(this.sequelize, this.dueLines, [processId], transaction);
    const due: ClaimedRow | undefined = lines[0];
    if (!due) return null;
    const name = due.direction === 'forward' && due.cancelRequested === 1 ? undefined : stepOf(due);
    const change = { version: due.version + 1, ...(name !== undefined && { step: name }) };
    const held = { leaseOwner: owner, runAt: inSeconds(this.leaseSeconds), updatedAt: now };
    await updateRows(models.processes, { ...change, ...held }, { processId }, transaction);
    if (name !== undefined)
      await writer.mark(processId, { entered: { no: due.stepNo, name, direction: due.direction } }, transaction);
    const results = due.stepNo === 0 ? {} : await this.resultsOf(processId, transaction);
    const process = { ...due, ...change } as ClaimedRow;
    const order = toWork(lines.filter(({ lineNo }) => lineNo !== null));
    return { lease: { processId, version: change.version }, process, order, begun: name !== undefined, results };
  }

  private async resultsOf(processId: string, transaction: Transaction): Promise<Record<string, unknown>> {
    const where = { processId, direction: 'forward', state: 'done' };
    const done = await this.parts.models.steps.findAll({ where, transaction, raw: true });
    return Object.fromEntries(done.map(({ name, result }) => [name, result === null ? null : (JSON.parse(result) as unknown)]));
  }
}

const dueBy = (time: string) => ({ status: ProcessStatus.UNDER_PROCESS, runAt: { [Op.lte]: literal(time) } });

/** The first of each queue, then the second of each, and so on. */
function inTurns<T>(queues: T[][]): T[] {
  const longest = Math.max(0, ...queues.map(({ length }) => length));
  return Array.from({ length: longest }, (_, turn) => queues.flatMap((queue) => queue.slice(turn, turn + 1))).flat();
}
