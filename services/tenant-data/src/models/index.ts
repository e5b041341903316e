import type { Sequelize } from 'sequelize';
import { defineDatasetIndex } from './dataset-index.model';

/** All tables of the tenant-data schema. */
export const defineModels = (sequelize: Sequelize) => ({ datasetIndexes: defineDatasetIndex(sequelize) });

export type Models = ReturnType<typeof defineModels>;
