import { AppError, type Credentials, type Infer, type Tokens } from '@polycloud/contracts';
import type { UserDao } from '../dao/user.dao';
import type { AccessLog } from './access-log';
import type { AttemptLimiter, Limit } from './attempt-limiter';
import { type Client, networkOf } from './client';
import { emailKey } from './email-key';
import type { PasswordHasher } from './password-hasher';
import type { SessionBo } from './session.bo';

const MINUTE_MS = 60_000;
/** Guessing from one place is stopped early, so that its victim can still log in from elsewhere. */
const PER_PLACE: Limit = { name: 'login', most: 10, windowMs: 15 * MINUTE_MS };
/** No account takes more guesses than this in a row, wherever they come from (NIST SP 800-63B). */
const PER_ACCOUNT: Limit = { name: 'login-account', most: 100, windowMs: 24 * 60 * MINUTE_MS };
/** One password tried on many accounts. */
const PER_NETWORK: Limit = { name: 'login-network', most: 500, windowMs: 15 * MINUTE_MS };

/** What a login stands on. */
export interface AuthenticationParts {
  hasher: PasswordHasher;
  limiter: AttemptLimiter;
  log: AccessLog;
}

/** Proving who one is by password. */
export class AuthenticationBo {
  constructor(
    private readonly users: UserDao,
    private readonly sessions: SessionBo,
    private readonly parts: AuthenticationParts,
  ) {}

  /** One answer and one duration for an unknown address, a wrong password and a disabled user. */
  async logIn({ email, password }: Infer<typeof Credentials>, client: Client): Promise<Infer<typeof Tokens>> {
    const key = keyOrNone(email);
    const withdraw = await this.takeAttempt(key, client);
    const user = await this.users.findByEmailKey(key);
    const right = await this.parts.hasher.matches(user?.passwordHash, password);
    if (!right || !user || user.disabledAt) {
      this.parts.log.record({
        method: 'password',
        outcome: 'failure',
        ...(user && { userId: user.id }),
        address: client.address,
      });
      throw new AppError('INVALID_CREDENTIALS', 'The e-mail or the password is wrong');
    }
    await withdraw();
    if (this.parts.hasher.isOutdated(user.passwordHash))
      await this.users.update(user.id, { passwordHash: await this.parts.hasher.hash(password) });
    return this.sessions.open(user.id, 'password', client);
  }

  /** Checks the password of a user who is logged in already; FORBIDDEN when it is not his. */
  async confirm(user: { emailKey: string; passwordHash: string }, password: string | undefined, client: Client): Promise<void> {
    const withdraw = await this.takeAttempt(user.emailKey, client);
    if (password === undefined || !(await this.parts.hasher.matches(user.passwordHash, password))) {
      throw new AppError('FORBIDDEN', 'This change needs your current password', { hint: 'Send it as currentPassword' });
    }
    await withdraw();
  }

  /** Counts the attempt before it is made; the answer takes it back after a success. */
  private async takeAttempt(key: string, { address }: Client): Promise<() => Promise<void>> {
    const network = networkOf(address);
    const place = `${key} ${network}`;
    try {
      await this.parts.limiter.take(PER_NETWORK, network);
      await this.parts.limiter.take(PER_PLACE, place);
      await this.parts.limiter.take(PER_ACCOUNT, key);
    } catch (error) {
      this.parts.log.record({ method: 'password', outcome: 'limited', address });
      throw error;
    }
    return async () => {
      await this.parts.limiter.clear([
        [PER_PLACE, place],
        [PER_ACCOUNT, key],
      ]);
      await this.parts.limiter.giveBack(PER_NETWORK, network);
    };
  }
}

/** What is no address belongs to nobody; it is answered like an unknown one. */
function keyOrNone(email: string): string {
  try {
    return emailKey(email);
  } catch {
    return '-';
  }
}
