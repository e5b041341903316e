import {
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  type Model,
  type ModelStatic,
  type Sequelize,
} from 'sequelize';

export interface DatasetIndexRow extends Model<InferAttributes<DatasetIndexRow>, InferCreationAttributes<DatasetIndexRow>> {
  userId: string;
  /** SHA-256 of the key, which is longer than a key column may be. */
  datasetHash: string;
  /** The version of the object that the places belong to. */
  version: string;
  /** Rows within reach of a place. */
  rowsKnown: number;
  /** JSON of a RowIndex. */
  places: string;
  updatedAt: Date;
}

export const defineDatasetIndex = (sequelize: Sequelize): ModelStatic<DatasetIndexRow> =>
  sequelize.define<DatasetIndexRow>('dataset_indexes', {
    userId: { type: DataTypes.CHAR(36), primaryKey: true },
    datasetHash: { type: DataTypes.CHAR(64), primaryKey: true },
    version: { type: DataTypes.STRING(255), allowNull: false },
    rowsKnown: { type: DataTypes.BIGINT, allowNull: false },
    places: { type: DataTypes.TEXT('medium'), allowNull: false },
    updatedAt: { type: DataTypes.DATE(3), allowNull: false },
  });
