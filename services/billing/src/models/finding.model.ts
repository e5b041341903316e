import {
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  type Model,
  type ModelStatic,
  type Sequelize,
} from 'sequelize';

/** A difference between our books and a gateway's. */
export interface FindingRow extends Model<InferAttributes<FindingRow>, InferCreationAttributes<FindingRow>> {
  findingId: string;
  gateway: string;
  kind: string;
  paymentId: string | null;
  reference: string | null;
  detail: string;
  mended: boolean;
  foundAt: Date;
}

export const defineFinding = (sequelize: Sequelize): ModelStatic<FindingRow> =>
  sequelize.define<FindingRow>('findings', {
    findingId: { type: DataTypes.CHAR(36), primaryKey: true },
    gateway: { type: DataTypes.STRING(32), allowNull: false },
    kind: { type: DataTypes.STRING(32), allowNull: false },
    paymentId: { type: DataTypes.CHAR(36) },
    reference: { type: DataTypes.STRING(255) },
    detail: { type: DataTypes.STRING(500), allowNull: false },
    mended: { type: DataTypes.BOOLEAN, allowNull: false },
    foundAt: { type: DataTypes.DATE(3), allowNull: false },
  });
