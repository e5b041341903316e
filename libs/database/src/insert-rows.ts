import type { Model, ModelStatic, Transaction } from 'sequelize';

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
  const columnOf = (attribute: string) => model.getAttributes()[attribute as keyof M['_attributes']]?.field ?? attribute;
  const records = rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [columnOf(name), value])));
  await model.sequelize?.getQueryInterface().bulkInsert(model.getTableName(), records, transaction ? { transaction } : {});
}
