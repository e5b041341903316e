import {
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  type Model,
  type ModelStatic,
  type Sequelize,
} from 'sequelize';

/** Money that goes back; its id is the idempotency key at the gateway. */
export interface RefundRow extends Model<InferAttributes<RefundRow>, InferCreationAttributes<RefundRow>> {
  refundId: string;
  paymentId: string;
  /** Minor units of the payment's currency. */
  amount: number;
  status: 'pending' | 'succeeded' | 'failed';
  reason: string;
  reference: string | null;
  requestKey: string | null;
  checks: number;
  nextCheckAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
}

export const defineRefund = (sequelize: Sequelize): ModelStatic<RefundRow> =>
  sequelize.define<RefundRow>('refunds', {
    refundId: { type: DataTypes.CHAR(36), primaryKey: true },
    paymentId: { type: DataTypes.CHAR(36), allowNull: false },
    amount: { type: DataTypes.BIGINT, allowNull: false },
    status: { type: DataTypes.STRING(16), allowNull: false },
    reason: { type: DataTypes.STRING(64), allowNull: false },
    reference: { type: DataTypes.STRING(255) },
    requestKey: { type: DataTypes.STRING(255) },
    checks: { type: DataTypes.INTEGER, allowNull: false },
    nextCheckAt: { type: DataTypes.DATE(3) },
    createdAt: { type: DataTypes.DATE(3), allowNull: false },
    updatedAt: { type: DataTypes.DATE(3), allowNull: false },
  });
