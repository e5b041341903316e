import type { Caller } from '@polycloud/auth';
import { AppError, type Infer, type NewUser, type User, type UserChange } from '@polycloud/contracts';
import { newId } from '@polycloud/http';
import type { SessionDao } from '../dao/session.dao';
import type { StoredUser, UserDao } from '../dao/user.dao';
import type { AccessLog } from './access-log';
import type { AuthenticationBo } from './authentication.bo';
import type { Client } from './client';
import { emailKey } from './email-key';
import type { PasswordHasher } from './password-hasher';
import { requireUncommonPassword } from './password-rules';
import { newWebhookSecret, type UserSettings } from './user-settings';

type Details = Infer<typeof User>;
type Change = Infer<typeof UserChange>;

/** What the rules about users stand on. */
interface UserParts {
  sessions: SessionDao;
  authentication: AuthenticationBo;
  hasher: PasswordHasher;
  settings: UserSettings;
  log: AccessLog;
  /** Who registers with one of these addresses is an administrator. */
  adminEmails: readonly string[];
}

/** Registration and the user's own details. */
export class UserBo {
  private readonly adminKeys: ReadonlySet<string>;

  constructor(
    private readonly users: UserDao,
    private readonly parts: UserParts,
  ) {
    this.adminKeys = new Set(parts.adminEmails.map(emailKey));
  }

  async register(newUser: Infer<typeof NewUser>, client: Client): Promise<Details> {
    const key = emailKey(newUser.email);
    await requireUncommonPassword(newUser.password, newUser);
    const user = await this.prepare(newUser, key);
    const stored = await this.users.insert(user);
    // That an address is taken tells who is a user here, so asking for it is counted like guessing.
    const outcome = stored ? 'success' : 'failure';
    this.parts.log.record({ method: 'registration', outcome, ...(stored && { userId: user.id }), address: client.address });
    if (!stored) throw emailTaken();
    return this.detailsOf({ ...user, cloud: null });
  }

  async details(caller: Caller): Promise<Details> {
    return this.detailsOf(await this.find(caller));
  }

  /** What can be used to get in (e-mail, phone, password) is changed with the current password only; a new password ends all other sessions. */
  async change(caller: Caller, change: Change, client: Client): Promise<Details> {
    const user = await this.find(caller);
    const { name, phone, email, password, settings, currentPassword } = change;
    if (email !== undefined || phone !== undefined || password !== undefined)
      await this.parts.authentication.confirm(user, currentPassword, client);
    if (password !== undefined) await requireUncommonPassword(password, { name: name ?? user.name, email: email ?? user.email });
    const stored = await this.users.update(user.id, {
      updatedAt: new Date(),
      ...(name !== undefined && { name }),
      ...(email !== undefined && { email, emailKey: emailKey(email) }),
      ...(phone !== undefined && phone !== user.phone && { phone, provenPhone: null }),
      ...(password !== undefined && { passwordHash: await this.parts.hasher.hash(password) }),
      ...(settings !== undefined && { sealedSettings: this.changedSettings(user, settings) }),
    });
    if (!stored) throw emailTaken();
    if (password !== undefined) await this.parts.sessions.revokeAll(user.id, 'password', caller.sessionId);
    return this.details(caller);
  }

  private async prepare(newUser: Infer<typeof NewUser>, key: string): Promise<Omit<StoredUser, 'cloud'>> {
    const id = newId();
    const now = new Date();
    const { name, email, phone = null, location, password } = newUser;
    return {
      id,
      name,
      email,
      emailKey: key,
      phone,
      provenPhone: null,
      passwordHash: await this.parts.hasher.hash(password),
      roles: this.adminKeys.has(key) ? ['customer', 'admin'] : ['customer'],
      sealedSettings: this.parts.settings.seal(id, { webhookSecret: newWebhookSecret() }),
      latitude: location?.latitude ?? null,
      longitude: location?.longitude ?? null,
      disabledAt: null,
      createdAt: now,
      updatedAt: now,
    };
  }

  private changedSettings(user: StoredUser, { webhookSecret, ...preferences }: NonNullable<Change['settings']>): string {
    const settings = { ...this.parts.settings.open(user.id, user.sealedSettings), ...preferences };
    if (webhookSecret === null) settings.webhookSecret = newWebhookSecret();
    return this.parts.settings.seal(user.id, settings);
  }

  private async find(caller: Caller): Promise<StoredUser> {
    const user = await this.users.find(caller.userId);
    if (!user) throw new AppError('NOT_FOUND', `There is no user ${caller.userId}`);
    return user;
  }

  private detailsOf(user: StoredUser): Details {
    const { id, name, email, phone, roles, cloud, createdAt } = user;
    const settings = this.parts.settings.open(id, user.sealedSettings);
    return { id, name, email, phone, roles, cloud, settings, location: locationOf(user), createdAt: createdAt.toISOString() };
  }
}

/** Where a user registered, if his client said so. */
export const locationOf = ({ latitude, longitude }: Pick<StoredUser, 'latitude' | 'longitude'>): Details['location'] =>
  latitude === null || longitude === null ? null : { latitude, longitude };

const emailTaken = () =>
  new AppError('EMAIL_TAKEN', 'A user with this e-mail address is registered already', {
    hint: 'Log in with POST /authentication',
  });
