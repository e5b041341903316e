import { AppError, type Credentials, type Infer, type Tokens } from '@polycloud/contracts';
import type { StoredUser, UserDao } from '../dao/user.dao';
import type { AccessLog } from './access-log';
import type { AttemptLimiter, Limit } from './attempt-limiter';
import { type Client, networkOf } from './client';
import { emailKey } from './email-key';
import { HASHES_AT_A_TIME, type PasswordHasher } from './password-hasher';
import type { SessionBo } from './session.bo';
import { Turns } from './turns';
import { WaitingLine } from './waiting-line';

const MINUTE_MS = 60_000;
/** Guessing from one place is stopped early, so that its victim can still log in from elsewhere. */
const PER_PLACE: Limit = { name: 'login', most: 10, windowMs: 15 * MINUTE_MS };
/** No account takes more guesses than this in a row, wherever they come from (NIST SP 800-63B). */
const PER_ACCOUNT: Limit = { name: 'login-account', most: 100, windowMs: 24 * 60 * MINUTE_MS };
/** One password tried on many accounts. */
const PER_NETWORK: Limit = { name: 'login-network', most: 500, windowMs: 15 * MINUTE_MS };

/** Logins of one account from one place that are checked at a time, so that a burst of good ones is not taken for guessing. */
const AT_A_TIME = 2;
/** Logins under way: while one is hashed, another is at the database. More at a time would only take connections from others. */
const UNDER_WAY = HASHES_AT_A_TIME + 1;

/** What a login stands on. */
interface AuthenticationParts {
  hasher: PasswordHasher;
  limiter: AttemptLimiter;
  log: AccessLog;
}

/** Proving who one is by password. */
export class AuthenticationBo {
  private readonly turns = new Turns(AT_A_TIME);
  private readonly line = new WaitingLine(UNDER_WAY);

  constructor(
    private readonly users: UserDao,
    private readonly sessions: SessionBo,
    private readonly parts: AuthenticationParts,
  ) {}

  /** One answer and one duration for an unknown address, a wrong password and a disabled user. */
  logIn({ email, password }: Infer<typeof Credentials>, client: Client): Promise<Infer<typeof Tokens>> {
    const key = keyOrNone(email);
    return this.inTurn(key, client, async () => {
      const user = await this.users.findByEmailKey(key);
      const mayEnter = async () => (await this.parts.hasher.matches(user?.passwordHash, password)) && !user?.disabledAt;
      if (!(await this.attempt({ key, client, userId: user?.id }, mayEnter)) || !user)
        throw new AppError('INVALID_CREDENTIALS', 'The e-mail or the password is wrong');
      if (this.parts.hasher.isOutdated(user.passwordHash))
        await this.users.update(user.id, { passwordHash: await this.parts.hasher.hash(password) });
      return this.sessions.open(user.id, 'password', client);
    });
  }

  /** Checks the password of a user who is logged in already; FORBIDDEN when it is not his. */
  async confirm({ id, emailKey: key, passwordHash }: StoredUser, password: string | undefined, client: Client): Promise<void> {
    const matches = () => this.parts.hasher.matches(passwordHash, password ?? '');
    const isHis = () => this.attempt({ key, client, userId: id }, matches);
    if (password !== undefined && (await this.inTurn(key, client, isHis))) return;
    throw new AppError('FORBIDDEN', 'This change needs your current password', { hint: 'Send it as currentPassword' });
  }

  private inTurn<T>(key: string, { address }: Client, work: () => Promise<T>): Promise<T> {
    return this.turns.run(`${key} ${networkOf(address)}`, () => this.line.run(work));
  }

  /** Carries one check of a password out, within the limits. It is counted before it is made, so a race gains nothing. */
  private async attempt({ key, client: { address }, userId }: Attempt, check: () => Promise<boolean>): Promise<boolean> {
    const network = networkOf(address);
    const counted: [Limit, string][] = [
      [PER_PLACE, `${key} ${network}`],
      [PER_ACCOUNT, key],
    ];
    const { limiter, log } = this.parts;
    const record = (outcome: 'failure' | 'limited') =>
      log.record({ method: 'password', outcome, ...(userId !== undefined && { userId }), address });
    try {
      await limiter.require(PER_NETWORK, network);
      for (const [limit, subject] of counted) await limiter.take(limit, subject);
    } catch (error) {
      record('limited');
      throw error;
    }
    const right = await check().catch(async (error: unknown) => {
      // It was not checked at all: no attempt is lost.
      for (const [limit, subject] of counted) await limiter.giveBack(limit, subject);
      throw error;
    });
    if (!right) record('failure');
    await (right ? limiter.clear(counted) : limiter.allows(PER_NETWORK, network));
    return right;
  }
}

/** One check of a password: the key of whose address, from where, and whose it is, if anybody's. */
interface Attempt {
  key: string;
  client: Client;
  userId: string | undefined;
}

/** What is no address belongs to nobody; it is answered like an unknown one. */
function keyOrNone(email: string): string {
  try {
    return emailKey(email);
  } catch {
    return '-';
  }
}
