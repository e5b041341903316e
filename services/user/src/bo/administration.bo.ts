import type { Caller } from '@polycloud/auth';
import { type Account, AppError, Paged, type Infer, type Registrations, type Role } from '@polycloud/contracts';
import type { SessionDao } from '../dao/session.dao';
import type { StoredUser, UserDao } from '../dao/user.dao';
import { type Period, periodsSince, startOf } from './registration-series';
import { locationOf } from './user.bo';

/** What an administrator sees and does. */
export class AdministrationBo {
  constructor(
    private readonly users: UserDao,
    private readonly sessions: SessionDao,
  ) {}

  async list({ limit, cursor }: { limit: number; cursor?: string }): Promise<Paged<Infer<typeof Account>>> {
    const { rows, nextCursor } = await this.users.page(limit, cursor);
    return new Paged(rows.map(accountOf), nextCursor);
  }

  /** Disabling ends all sessions. Nobody takes his own rights or access away: the last administrator would lock all out. */
  async change(caller: Caller, id: string, change: { disabled?: boolean; roles?: Role[] }): Promise<Infer<typeof Account>> {
    const user = await this.find(id);
    const losesRights = change.disabled === true || (change.roles !== undefined && !change.roles.includes('admin'));
    if (id === caller.userId && losesRights) {
      throw new AppError('INVALID_STATE', 'You cannot disable yourself or give up your own administrator role', {
        hint: 'Ask another administrator',
      });
    }
    const { disabled, roles } = change;
    await this.users.update(id, {
      updatedAt: new Date(),
      ...(disabled !== undefined && { disabledAt: disabled ? (user.disabledAt ?? new Date()) : null }),
      ...(roles !== undefined && { roles: roles.join(',') }),
    });
    if (disabled) await this.sessions.revokeAll(id, 'disabled');
    return accountOf(await this.find(id));
  }

  /** Registrations a period, oldest first, periods without any included. */
  async statistics({ by, from }: { by: Period; from?: string }): Promise<Infer<typeof Registrations>[]> {
    const periods = periodsSince(by, from === undefined ? undefined : new Date(from));
    const counts = new Map(periods.map((period) => [period, 0]));
    for (const [day, count] of await this.users.countByDay(new Date(periods[0] ?? Date.now()))) {
      const period = startOf(by, new Date(day));
      counts.set(period, (counts.get(period) ?? 0) + count);
    }
    return periods.map((period) => ({ period, count: counts.get(period) ?? 0 }));
  }

  private async find(id: string): Promise<StoredUser> {
    const user = await this.users.find(id);
    if (!user) throw new AppError('NOT_FOUND', `There is no user ${id}`);
    return user;
  }
}

function accountOf(user: StoredUser): Infer<typeof Account> {
  const { id, name, email, phone, roles, cloud, disabledAt, createdAt } = user;
  return {
    ...{ id, name, email, phone, roles, cloud },
    location: locationOf(user),
    disabled: disabledAt !== null,
    createdAt: createdAt.toISOString(),
  };
}
