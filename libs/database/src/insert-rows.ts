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
  const records = rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [columns.get(name), value])));
  const options = transaction ? { transaction } : {};
  await model.sequelize?.getQueryInterface().bulkInsert(model.getTableName(), records, options, types);
}
