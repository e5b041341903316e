import {
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  type Model,
  type ModelStatic,
  type Sequelize,
} from 'sequelize';

/** A tombstone: the charge of this process was taken back, also if it never came, so it is refused when it comes late. */
export interface TakenBackProcessRow extends Model<
  InferAttributes<TakenBackProcessRow>,
  InferCreationAttributes<TakenBackProcessRow>
> {
  processId: string;
  orderId: string;
  createdAt: Date;
}

export const defineTakenBackProcess = (sequelize: Sequelize): ModelStatic<TakenBackProcessRow> =>
  sequelize.define<TakenBackProcessRow>('taken_back_processes', {
    processId: { type: DataTypes.CHAR(36), primaryKey: true },
    orderId: { type: DataTypes.CHAR(36), allowNull: false },
    createdAt: { type: DataTypes.DATE(3), allowNull: false },
  });
