import type { Sequelize, Transaction } from 'sequelize';
import { byDriver } from './driver';

/**
 * How many rows a statement changed that has its values in its text. For lists of any length: Sequelize prepares its updates, and
 * the server would keep a statement for each length. Rejects as the driver does.
 */
export async function changeRows(
  sequelize: Sequelize,
  sql: string,
  values: unknown[],
  transaction: Transaction,
): Promise<number> {
  const { affectedRows } = await byDriver<{ affectedRows: number }>('query', { sql, values }, { sequelize, transaction });
  return affectedRows;
}
