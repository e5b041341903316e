import { isDuplicateKey } from '@polycloud/database';
import { Op } from 'sequelize';
import type { Models, SigningKeyRow } from '../models';

/** The key pairs of access tokens. */
export class SigningKeyDao {
  constructor(private readonly models: Models) {}

  /** All of them, the newest generation first. */
  async list(): Promise<SigningKeyRow[]> {
    const rows = await this.models.signingKeys.findAll({ order: [['generation', 'DESC']] });
    return rows.map((row) => row.get({ plain: true }));
  }

  /** False when another process has made this generation in the meantime. */
  async insert(key: SigningKeyRow): Promise<boolean> {
    try {
      await this.models.signingKeys.create(key);
      return true;
    } catch (error) {
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  }

  async removeBefore(generation: number): Promise<void> {
    await this.models.signingKeys.destroy({ where: { generation: { [Op.lt]: generation } } });
  }
}
