import type { Sequelize, Transaction } from 'sequelize';
import { byDriver } from './driver';

/**
 * The rows of a prepared SELECT, times as Date, by the columns' aliases. For the few reads that clients wait for most. Rejects as
 * the driver does.
 */
export const selectPrepared = <Row>(
  sequelize: Sequelize,
  sql: string,
  values: (string | number)[],
  transaction?: Transaction,
): Promise<Row[]> => byDriver<Row[]>('execute', { sql, values }, { sequelize, transaction });
