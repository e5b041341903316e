import type { Model, ModelAttributeColumnOptions, ModelStatic, Transaction } from 'sequelize';

/**
 * Inserts rows of one shape in one statement, without the instance that `create` and `bulkCreate` build, validate and read back
 * for each row. Values are as the model's attributes, literals among them.
 */
export async function insertRows<M extends Model>(
  model: ModelStatic<M>,
  rows: readonly object[],
  transaction?: Transaction,
): Promise<void> {
  if (rows.length === 0) return;
  const attributes = Object.entries<ModelAttributeColumnOptions>(model.getAttributes());
  const columns = new Map(attributes.map(([name, { field = name }]) => [name, field]));
  // The types decide how a value is written: without them a time would lose its milliseconds.
  const types = Object.fromEntries(attributes.map(([name, attribute]) => [attribute.field ?? name, attribute]));
  const records = rows.map((row) => inColumns(row, columns));
  const options = transaction ? { transaction } : {};
  await model.sequelize?.getQueryInterface().bulkInsert(model.getTableName(), records, options, types);
}

function inColumns(row: object, columns: ReadonlyMap<string, string>): Record<string, unknown> {
  const values = Object.entries<unknown>({ ...row });
  return Object.fromEntries(values.map(([attribute, value]) => [columns.get(attribute) ?? attribute, value]));
}
