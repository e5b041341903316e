import { createHash, randomUUID } from 'node:crypto';
import { currentRequestId } from '@polycloud/context';
import { AppError } from '@polycloud/contracts';
import { changeRows, destroyInParts, GroupCommit, insertRows, isDuplicateKey } from '@polycloud/database';
import { literal, type ModelStatic, Op, type Transaction } from 'sequelize';
import type { IdempotencyKeyRow } from '../models/idempotency-key.model';

/** A request that wants to be carried out once: the key is the user's, for one route. */
export interface KeyedRequest {
  userId: string;
  /** Method and path template. */
  route: string;
  key: string;
  /** The validated body: what makes a request the same. */
  body: unknown;
}

/** The right to carry the request out, for as long as the lease lasts. */
export interface Claim {
  userId: string;
  route: string;
  key: string;
  owner: string;
}

/** What a claim's request was answered. */
export interface GivenAnswer {
  claim: Claim;
  answer: unknown;
}

/** The answer that was given the first time, and its request id. */
export interface StoredAnswer {
  requestId: string;
  answer: string;
}

/** Longer than a request may take, and no longer than a client bears to wait for what a crash interrupted. */
const LEASE_SECONDS = 15;
const KEPT_HOURS = 24;

/** Which requests with an Idempotency-Key were begun and how they were answered. Times are the database's. */
export class IdempotencyKeyDao {
  private readonly inserts = new GroupCommit<object>((rows) => insertRows(this.keys, rows));

  constructor(private readonly keys: ModelStatic<IdempotencyKeyRow>) {}

  /**
   * Claims the key in a transaction of its own, or gives the stored answer. IDEMPOTENCY_KEY_REUSED when the body is
   * another one, REQUEST_IN_PROGRESS while the first request runs. A claim whose holder died is taken over when its
   * lease is up: its effect and its answer are one transaction, so there was none.
   */
  async claim(request: KeyedRequest): Promise<Claim | StoredAnswer> {
    const fingerprint = createHash('sha256').update(JSON.stringify(request.body)).digest('hex');
    const claim: Claim = { userId: request.userId, route: request.route, key: request.key, owner: randomUUID() };
    if (await this.insert(claim, fingerprint)) return claim;
    const row = await this.keys.findOne({ where: whereOf(claim), raw: true });
    if (!row) return this.claim(request);
    if (row.expiresAt.getTime() < Date.now()) {
      await this.keys.destroy({ where: { ...whereOf(claim), owner: row.owner } });
      return this.claim(request);
    }
    if (row.fingerprint !== fingerprint) throw reused(request.key);
    if (row.state === 'completed') return { requestId: row.requestId, answer: row.answer ?? 'null' };
    if (await this.takeOver(claim, row.owner)) return claim;
    throw inProgress(request.key);
  }

  /** Stores the answer in the transaction of the effect. Fails when the claim was lost meanwhile, which undoes the effect. */
  async complete(claim: Claim, answer: unknown, transaction: Transaction): Promise<void> {
    await this.completeAll([{ claim, answer }], transaction);
  }

  /** The same for several claims, in one statement. Fails REQUEST_IN_PROGRESS when any of them was lost. */
  async completeAll(given: readonly GivenAnswer[], transaction: Transaction): Promise<void> {
    const { sequelize } = this.keys;
    const [first] = given;
    if (!first || !sequelize) return;
    // An owner is the claim's alone, so it finds the claim its answer.
    const sql = `UPDATE idempotency_keys
      SET state = 'completed', answer = CASE owner ${given.map(() => 'WHEN ? THEN ?').join(' ')} END
      WHERE state = 'in_progress' AND (${given.map(() => IS_CLAIM).join(' OR ')})`;
    const answers = given.flatMap(({ claim, answer }) => [claim.owner, JSON.stringify(answer)]);
    const claims = given.flatMap(({ claim: { userId, route, key, owner } }) => [userId, route, key, owner]);
    const changed = await changeRows(sequelize, sql, [...answers, ...claims], transaction);
    if (changed !== given.length) throw inProgress(first.claim.key);
  }

  /** Gives the key back after a failure that had no effect, so that it can be used again. */
  async release(claim: Claim): Promise<void> {
    await this.keys.destroy({ where: { ...whereOf(claim), owner: claim.owner, state: 'in_progress' } });
  }

  /** Forgets keys older than a day. */
  async sweep(): Promise<void> {
    await destroyInParts(this.keys, { expiresAt: { [Op.lt]: literal('NOW(3)') } });
  }

  private async insert(claim: Claim, fingerprint: string): Promise<boolean> {
    try {
      await this.inserts.add({
        ...{ ...whereOf(claim), owner: claim.owner, fingerprint, requestId: currentRequestId() },
        ...{ state: 'in_progress', answer: null },
        leaseUntil: fromNow(`${LEASE_SECONDS} SECOND`),
        expiresAt: fromNow(`${KEPT_HOURS} HOUR`),
      });
      return true;
    } catch (error) {
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  }

  private async takeOver(claim: Claim, formerOwner: string): Promise<boolean> {
    const [changed] = await this.keys.update(
      { owner: claim.owner, requestId: currentRequestId(), leaseUntil: fromNow(`${LEASE_SECONDS} SECOND`) },
      { where: { ...whereOf(claim), owner: formerOwner, state: 'in_progress', leaseUntil: { [Op.lt]: literal('NOW(3)') } } },
    );
    return changed === 1;
  }
}

const IS_CLAIM = '(user_id = ? AND route = ? AND idem_key = ? AND owner = ?)';

const whereOf = ({ userId, route, key }: Claim) => ({ userId, route, idemKey: key });

/** The database's clock, not ours: instances may disagree about the time. */
const fromNow = (interval: string) => literal(`NOW(3) + INTERVAL ${interval}`) as unknown as Date;

const reused = (key: string) =>
  new AppError('IDEMPOTENCY_KEY_REUSED', `The key ${key} was used with another body`, {
    hint: 'Make a new key for a new request; send the old body for the old key',
  });

const inProgress = (key: string) =>
  new AppError('REQUEST_IN_PROGRESS', `The first request with the key ${key} is still running`, {
    retryAfter: 1,
    hint: 'Send the same request again in a moment; it will be answered with the first answer',
  });
