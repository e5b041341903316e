import type { Model, ModelStatic, Sequelize, Transaction } from 'sequelize';
import { byDriver } from './driver';

type Value = string | number | Date | null;

/** What the server says of a statement that changes rows. A row that is as it should be already counts as none. */
interface Changed {
  affectedRows: number;
  insertId: number;
}

/**
 * The rows of a prepared SELECT, times as Date, by the columns' aliases. For the few reads that clients wait for most. Rejects as
 * the driver does.
 */
export const selectPrepared = <Row>(
  sequelize: Sequelize,
  sql: string,
  values: Value[],
  transaction?: Transaction,
): Promise<Row[]> => byDriver<Row[]>('execute', { sql, values }, { sequelize, transaction });

/** A prepared statement that changes rows, for the writes that every order waits for. Rejects as the driver does. */
export const changePrepared = (sequelize: Sequelize, sql: string, values: Value[], transaction?: Transaction): Promise<Changed> =>
  byDriver<Changed>('execute', { sql, values }, { sequelize, transaction });

/** The columns of a model's table, each under the name of its attribute, to select from `alias`. */
export const columnsOf = (model: ModelStatic<Model>, alias: string): string =>
  Object.entries(model.getAttributes())
    .map(([name, { field = name }]) => `${alias}.\`${field}\` AS \`${name}\``)
    .join(', ');
