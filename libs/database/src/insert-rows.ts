import { type Model, type ModelStatic, type Transaction, Utils } from 'sequelize';
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
  const attributes = model.getAttributes() as Record<string, { field?: string }>;
  const columns = names.map((name) => `\`${attributes[name]?.field ?? name}\``).join(', ');
  const values = rows.map((row) => names.map((name) => forDriver(row[name])));
  const sql = `INSERT INTO \`${model.tableName}\` (${columns}) VALUES ?`;
  await byDriver('query', { sql, values: [values] }, { sequelize, transaction });
}

/** A literal goes into the text as it is. */
const forDriver = (value: unknown): unknown =>
  value instanceof Utils.Literal ? { toSqlString: () => String(value.val) } : value;
