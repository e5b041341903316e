import type { Attributes, Model, ModelStatic, WhereOptions } from 'sequelize';

const PART = 1_000;

/** Removes all rows that match, a thousand in a statement: one that removed millions would hold up everybody else. */
export async function destroyInParts<M extends Model>(model: ModelStatic<M>, where: WhereOptions<Attributes<M>>): Promise<void> {
  while ((await model.destroy({ where, limit: PART })) === PART);
}
