import { type Model, type ModelStatic, type Sequelize, type Transaction, Utils } from 'sequelize';
import { byDriver } from './driver';

/**
 * Inserts rows of one shape in one statement, without the instance that `create` and `bulkCreate` build, validate and read back
 * for each row. Names are the model's attributes; literals may be among the values. Rejects as the driver does.
 */
export async function insertRows<M extends Model, R extends object>(
  model: ModelStatic<M>,
  rows: readonly R[],
  transaction?: Transaction,
): Promise<void> {
  const [first] = rows;
  const { sequelize } = model;
  if (!first || !sequelize) return;
  const names = Object.keys(first) as (keyof R & string)[];
  const columns = names.map((name) => columnOf(model, name)).join(', ');
  const values = rows.map((row) => names.map((name) => forDriver(row[name])));
  const sql = `INSERT INTO \`${model.tableName}\` (${columns}) VALUES ?`;
  await byDriver('query', { sql, values: [values] }, { sequelize, transaction });
}

/**
 * Changes the rows whose attributes have these values (of a list, any of it), in one statement; gives how many it changed. Literals
 * may be among the new values. Rejects as the driver does.
 */
export async function updateRows<M extends Model>(
  model: ModelStatic<M>,
  values: object,
  where: Record<string, string | number | string[]>,
  transaction?: Transaction,
): Promise<number> {
  const { sequelize } = model;
  if (!sequelize) throw new Error(`The model ${model.name} has no connection`);
  const changes = Object.keys(values).map((name) => `${columnOf(model, name)} = ?`);
  const conditions = Object.entries(where).map(
    ([name, value]) => `${columnOf(model, name)} ${Array.isArray(value) ? 'IN (?)' : '= ?'}`,
  );
  const sql = `UPDATE \`${model.tableName}\` SET ${changes.join(', ')} WHERE ${conditions.join(' AND ')}`;
  const given = [...Object.values(values).map(forDriver), ...Object.values(where)];
  return changeRows(sequelize, sql, given, transaction);
}

/**
 * How many rows a statement changed that has its values in its text. For lists of any length: of a prepared one the server would
 * keep a statement for each length. Rejects as the driver does.
 */
export async function changeRows(
  sequelize: Sequelize,
  sql: string,
  values: unknown[],
  transaction?: Transaction,
): Promise<number> {
  const { affectedRows } = await byDriver<{ affectedRows: number }>('query', { sql, values }, { sequelize, transaction });
  return affectedRows;
}

const columnOf = (model: ModelStatic<Model>, name: string): string => {
  const attributes = model.getAttributes() as Record<string, { field?: string }>;
  return `\`${attributes[name]?.field ?? name}\``;
};

/** A literal goes into the text as it is. */
const forDriver = (value: unknown): unknown =>
  value instanceof Utils.Literal ? { toSqlString: () => String(value.val) } : value;
