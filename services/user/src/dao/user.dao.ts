import type { Provider, Role } from '@polycloud/contracts';
import { decodeCursor, inTransaction, isDuplicateKey, pageOfRows, selectPrepared } from '@polycloud/database';
import { QueryTypes, type Sequelize } from 'sequelize';
import type { Models, UserRow } from '../models';

/** A user as stored, with the provider of his cloud. */
export interface StoredUser extends Omit<UserRow, 'roles'> {
  roles: Role[];
  cloud: Provider | null;
}

type JoinedRow = UserRow & { cloud: Provider | null };

const SELECT = `SELECT u.id, u.name, u.email, u.email_key AS emailKey, u.phone, u.proven_phone AS provenPhone,
  u.password_hash AS passwordHash, u.roles, u.sealed_settings AS sealedSettings, u.latitude, u.longitude,
  u.disabled_at AS disabledAt, u.created_at AS createdAt, u.updated_at AS updatedAt, c.provider AS cloud
  FROM users u LEFT JOIN cloud_registrations c ON c.user_id = u.id`;

/** The users. */
export class UserDao {
  constructor(
    private readonly sequelize: Sequelize,
    private readonly models: Models,
  ) {}

  /** False when the e-mail address is taken. */
  async insert(user: Omit<StoredUser, 'cloud'>): Promise<boolean> {
    return unlessTaken(this.models.users.create({ ...user, roles: user.roles.join(',') }));
  }

  async find(id: string): Promise<StoredUser | undefined> {
    return (await this.select('WHERE u.id = ?', [id]))[0];
  }

  async findByEmailKey(emailKey: string): Promise<StoredUser | undefined> {
    return (await this.select('WHERE u.email_key = ?', [emailKey]))[0];
  }

  /** Enabled users who gave this phone number, the one who has proven it first; at most two. */
  async findByPhone(phone: string): Promise<StoredUser[]> {
    const order = 'ORDER BY u.proven_phone <=> ? DESC, u.id LIMIT 2';
    return this.select(`WHERE u.phone = ? AND u.disabled_at IS NULL ${order}`, [phone, phone]);
  }

  async page(limit: number, cursor?: string): Promise<{ rows: StoredUser[]; nextCursor: string | null }> {
    // As text: a number is sent as a floating one, which LIMIT does not take.
    const before = cursor === undefined ? '' : 'WHERE u.id < ?';
    const values = cursor === undefined ? [String(limit + 1)] : [decodeCursor(cursor), String(limit + 1)];
    return pageOfRows(await this.select(`${before} ORDER BY u.id DESC LIMIT ?`, values), limit, ({ id }) => id);
  }

  /** False when the new e-mail address is taken. */
  async update(id: string, change: Partial<UserRow>): Promise<boolean> {
    return unlessTaken(this.models.users.update(change, { where: { id } }));
  }

  /** The number belongs to this user from now on: no other account that claims it is logged in by it. */
  async provePhone(id: string, phone: string): Promise<void> {
    await inTransaction(this.sequelize, async (transaction) => {
      await this.models.users.update({ provenPhone: null }, { where: { provenPhone: phone }, transaction });
      await this.models.users.update({ provenPhone: phone }, { where: { id, phone }, transaction });
    });
  }

  /** Registrations a day (UTC) since then; days without any are not in it. */
  async countByDay(since: Date): Promise<Map<string, number>> {
    const rows = await this.sequelize.query<{ day: string; count: number }>(
      `SELECT DATE_FORMAT(created_at, '%Y-%m-%d') AS day, COUNT(*) AS count FROM users WHERE created_at >= ?
       GROUP BY DATE_FORMAT(created_at, '%Y-%m-%d')`,
      { replacements: [since], type: QueryTypes.SELECT },
    );
    return new Map(rows.map(({ day, count }) => [day, Number(count)]));
  }

  private async select(where: string, values: string[]): Promise<StoredUser[]> {
    const rows = await selectPrepared<JoinedRow>(this.sequelize, `${SELECT} ${where}`, values);
    return rows.map((row) => ({
      ...row,
      roles: row.roles.split(',') as Role[],
      latitude: degrees(row.latitude),
      longitude: degrees(row.longitude),
    }));
  }
}

/** DECIMAL arrives as text. */
const degrees = (value: number | string | null): number | null => (value === null ? null : Number(value));

async function unlessTaken(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (isDuplicateKey(error)) return false;
    throw error;
  }
}
