import {
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  type Model,
  type ModelStatic,
  type Sequelize,
} from 'sequelize';

export interface CallbackAttemptRow extends Model<
  InferAttributes<CallbackAttemptRow>,
  InferCreationAttributes<CallbackAttemptRow>
> {
  attemptId: string;
  deliveryId: string;
  status: number | null;
  error: string | null;
  ms: number;
  createdAt: Date;
}

export const defineCallbackAttempt = (sequelize: Sequelize): ModelStatic<CallbackAttemptRow> =>
  sequelize.define<CallbackAttemptRow>('callback_attempts', {
    attemptId: { type: DataTypes.CHAR(36), primaryKey: true },
    deliveryId: { type: DataTypes.CHAR(36), allowNull: false },
    status: { type: DataTypes.SMALLINT },
    error: { type: DataTypes.STRING(255) },
    ms: { type: DataTypes.INTEGER, allowNull: false },
    createdAt: { type: DataTypes.DATE(3), allowNull: false },
  });
