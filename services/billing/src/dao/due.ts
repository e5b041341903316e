import { inTransaction } from '@polycloud/database';
import { type Attributes, literal, type Model, type ModelStatic, Op, type WhereOptions } from 'sequelize';
import { inSeconds } from './clock';

/** A row that is looked at again at a time of its own. */
interface Due {
  /** How often it was looked at. */
  checks: number;
  /** When it is looked at next; null for never. */
  nextCheckAt: Date | null;
}

/** The pause after so many looks, seconds; null when it was the last. */
export type PauseAfter = (checks: number) => number | null;

/** Claims rows that are due, each for one caller alone: it is due again only after its next pause. */
export async function claimDue<Row extends Model & Due>(
  model: ModelStatic<Row>,
  limit: number,
  pauseAfter: PauseAfter,
): Promise<Row[]> {
  return inTransaction(model.sequelize!, async (transaction) => {
    const due = await model.findAll({
      where: { nextCheckAt: { [Op.lte]: literal('NOW(3)') } } as WhereOptions<Attributes<Row>>,
      order: [['nextCheckAt', 'ASC']],
      limit,
      lock: transaction.LOCK.UPDATE,
      skipLocked: true,
      transaction,
    });
    for (const row of due) {
      const checks = row.checks + 1;
      const pause = pauseAfter(checks);
      const next = { checks, nextCheckAt: pause === null ? null : inSeconds(pause) } as Partial<Attributes<Row>>;
      await row.update(next, { transaction });
      await row.reload({ transaction });
    }
    return due.map((row) => row.get({ plain: true }) as Row);
  });
}
