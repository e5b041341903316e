import { randomInt } from 'node:crypto';
import { AppError, type Infer, type Tokens } from '@polycloud/contracts';
import type { Encryption } from '@polycloud/encryption';
import type { Logger } from '@polycloud/logger';
import { SmsError, type SmsSender } from '@polycloud/sms';
import type { OtpCodeDao } from '../dao/otp-code.dao';
import type { StoredUser, UserDao } from '../dao/user.dao';
import type { AccessLog } from './access-log';
import type { AttemptLimiter, Limit } from './attempt-limiter';
import { type Client, networkOf } from './client';
import type { SessionBo } from './session.bo';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const LIFE_MS = 5 * MINUTE_MS;
const MOST_TRIES = 5;

const SENDS_PER_PHONE: Limit = { name: 'otp-phone', most: 5, windowMs: 10 * MINUTE_MS };
const SENDS_PER_ACCOUNT: Limit = { name: 'otp-account', most: 10, windowMs: DAY_MS };
const SENDS_PER_NETWORK: Limit = { name: 'otp-network', most: 100, windowMs: 60 * MINUTE_MS };
/** Pumping of paid numbers goes through a range of one carrier: the first digits. */
const SENDS_PER_RANGE: Limit = { name: 'otp-range', most: 100, windowMs: 60 * MINUTE_MS };
const RANGE_LENGTH = 7;
const CHECKS_PER_PHONE: Limit = { name: 'otp-check', most: 20, windowMs: DAY_MS };

/** What logging in by phone stands on. */
interface OtpParts {
  users: UserDao;
  sessions: SessionBo;
  sms: SmsSender;
  encryption: Encryption;
  limiter: AttemptLimiter;
  log: AccessLog;
  logger: Logger;
}

/** Logging in with a one-time code that is sent to the user's phone. */
export class OtpBo {
  private readonly sending = new Set<Promise<void>>();

  constructor(
    private readonly codes: OtpCodeDao,
    private readonly parts: OtpParts,
  ) {}

  /** Answers before anything is looked up, so neither content nor time of the answer tells whether the number is known. */
  async request(phone: string, client: Client): Promise<void> {
    await this.limited(client, async () => {
      await this.parts.limiter.take(SENDS_PER_PHONE, phone);
      await this.parts.limiter.take(SENDS_PER_NETWORK, networkOf(client.address));
    });
    const sending = this.send(phone, client)
      .catch((error: unknown) => this.notSent(error, client))
      .finally(() => this.sending.delete(sending));
    this.sending.add(sending);
  }

  /** The wrong, the used and the old code are answered alike. */
  async verify({ phone, code }: { phone: string; code: string }, client: Client): Promise<Infer<typeof Tokens>> {
    await this.limited(client, () => this.parts.limiter.take(CHECKS_PER_PHONE, phone));
    const isRight = ({ codeHash }: { codeHash: string }) => this.parts.encryption.matches(codeHash, code, contextOf(phone));
    const spent = await this.codes.spend(phone, MOST_TRIES, isRight);
    const user = spent && (await this.parts.users.find(spent.userId));
    if (!user || user.disabledAt || user.phone !== phone) {
      this.parts.log.record({ method: 'otp', outcome: 'failure', address: client.address });
      throw new AppError('INVALID_CREDENTIALS', 'The code is wrong, used or too old', {
        hint: 'Have another one sent with POST /authentication/otp',
      });
    }
    await this.parts.users.provePhone(user.id, phone);
    await this.parts.limiter.clear([[CHECKS_PER_PHONE, phone]]);
    return this.parts.sessions.open(user.id, 'otp', client);
  }

  /** Resolves when all codes that were asked for have been sent. */
  async settled(): Promise<void> {
    await Promise.all(this.sending);
  }

  private async send(phone: string, client: Client): Promise<void> {
    const user = await this.ownerOf(phone);
    if (!user) return this.parts.log.record({ method: 'otp-request', outcome: 'failure', address: client.address });
    const sent = (await this.mayBeSent(user.id, phone)) && (await this.sendTo(user.id, phone));
    const outcome = sent ? 'success' : 'limited';
    this.parts.log.record({ method: 'otp-request', outcome, userId: user.id, address: client.address });
  }

  /** Counts what costs money, so numbers that nobody registered, asked for by a stranger, take nothing from their neighbours. */
  private async mayBeSent(userId: string, phone: string): Promise<boolean> {
    const { limiter } = this.parts;
    return (
      (await limiter.allows(SENDS_PER_ACCOUNT, userId)) && (await limiter.allows(SENDS_PER_RANGE, phone.slice(0, RANGE_LENGTH)))
    );
  }

  /** False when the tries of the code before are spent. */
  private async sendTo(userId: string, phone: string): Promise<boolean> {
    const code = randomInt(1_000_000).toString().padStart(6, '0');
    const now = Date.now();
    const fresh = {
      phone,
      userId,
      codeHash: this.parts.encryption.hash(code, contextOf(phone)),
      tries: 0,
      createdAt: new Date(now),
      expiresAt: new Date(now + LIFE_MS),
      usedAt: null,
    };
    // A new code does not give new tries while the old one lives; when they are spent, none is sent.
    const stored = await this.codes.replace(fresh, (old) => {
      const spent = old && !old.usedAt && old.expiresAt.getTime() > now ? old.tries : 0;
      return spent < MOST_TRIES ? spent : undefined;
    });
    if (stored) await this.parts.sms.send(phone, `${code} is your Polycloud login code. It is good for 5 minutes.`);
    return stored;
  }

  /**
   * Whose number it is: of the account that has proven it, or of the only one that claims it. Where several claim it and
   * none has proven it, of nobody: otherwise one could lure its owner into a stranger's account.
   */
  private async ownerOf(phone: string): Promise<StoredUser | undefined> {
    const [first, second] = await this.parts.users.findByPhone(phone);
    return first && (first.provenPhone === phone || !second) ? first : undefined;
  }

  /** That a number cannot be reached is its owner's affair; whatever else is in the way is ours. */
  private notSent(error: unknown, client: Client): void {
    const level = error instanceof SmsError && error.failure === 'recipient' ? 'warn' : 'error';
    this.parts.logger[level]('one-time code not sent', { error });
    this.parts.log.record({ method: 'otp-request', outcome: 'failure', address: client.address });
  }

  private async limited(client: Client, take: () => Promise<void>): Promise<void> {
    try {
      await take();
    } catch (error) {
      this.parts.log.record({ method: 'otp', outcome: 'limited', address: client.address });
      throw error;
    }
  }
}

const contextOf = (phone: string) => `otp-login:${phone}`;
