import { destroyInParts, inTransaction } from '@polycloud/database';
import { Op, type Sequelize } from 'sequelize';
import type { Models, OtpCodeRow } from '../models';

/** The one-time codes, one a phone number at a time. */
export class OtpCodeDao {
  constructor(
    private readonly sequelize: Sequelize,
    private readonly models: Models,
  ) {}

  /** Puts a new code in the place of the old one; `triesAfter` says how many tries it begins with, or undefined to leave the old one. */
  async replace(code: OtpCodeRow, triesAfter: (old: OtpCodeRow | undefined) => number | undefined): Promise<boolean> {
    return inTransaction(this.sequelize, async (transaction) => {
      const lock = { lock: transaction.LOCK.UPDATE, transaction };
      const old = (await this.models.otpCodes.findByPk(code.phone, lock))?.get({ plain: true });
      const tries = triesAfter(old);
      if (tries === undefined) return false;
      await this.models.otpCodes.upsert({ ...code, tries }, { transaction });
      return true;
    });
  }

  /** Spends one try and, when `isRight`, the code. The row is locked meanwhile: parallel guesses are counted one by one. */
  async spend(phone: string, mostTries: number, isRight: (code: OtpCodeRow) => boolean): Promise<OtpCodeRow | undefined> {
    return inTransaction(this.sequelize, async (transaction) => {
      const open = { usedAt: null, expiresAt: { [Op.gt]: new Date() }, tries: { [Op.lt]: mostTries } };
      const row = await this.models.otpCodes.findOne({ where: { phone, ...open }, lock: transaction.LOCK.UPDATE, transaction });
      if (!row) return undefined;
      const code = row.get({ plain: true });
      const right = isRight(code);
      await row.update({ tries: code.tries + 1, usedAt: right ? new Date() : null }, { transaction });
      return right ? code : undefined;
    });
  }

  /** Removes codes that ran out before then. */
  async removeExpired(before: Date): Promise<void> {
    await destroyInParts(this.models.otpCodes, { expiresAt: { [Op.lt]: before } });
  }
}
