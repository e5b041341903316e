import {
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  type Model,
  type ModelStatic,
  type Sequelize,
} from 'sequelize';

/** `unknown`: the gateway's answer was lost, so nobody knows yet; to clients it is still pending. */
export type PaymentState = 'pending' | 'unknown' | 'requires_action' | 'succeeded' | 'failed' | 'partially_refunded' | 'refunded';

/** One attempt to pay an order; its id is the idempotency key at the gateway. Amounts are minor units. */
export interface PaymentRow extends Model<InferAttributes<PaymentRow>, InferCreationAttributes<PaymentRow>> {
  paymentId: string;
  orderId: string;
  userId: string;
  cloud: string | null;
  gateway: string;
  amount: number;
  currency: string;
  status: PaymentState;
  /** The gateway's name for it. */
  reference: string | null;
  refundedAmount: number;
  /** JSON of what the payer must do. */
  nextAction: string | null;
  declineReason: string | null;
  /** The client's Idempotency-Key: the same request finds its own attempt again. */
  requestKey: string | null;
  /** How often the gateway was asked how it stands. */
  checks: number;
  /** When it is asked again; null when there is nothing to ask. While the first call runs, the moment it is given up. */
  nextCheckAt: Date | null;
  capturedAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
}

export const definePayment = (sequelize: Sequelize): ModelStatic<PaymentRow> =>
  sequelize.define<PaymentRow>('payments', {
    paymentId: { type: DataTypes.CHAR(36), primaryKey: true },
    orderId: { type: DataTypes.CHAR(36), allowNull: false },
    userId: { type: DataTypes.CHAR(36), allowNull: false },
    cloud: { type: DataTypes.STRING(16) },
    gateway: { type: DataTypes.STRING(32), allowNull: false },
    amount: { type: DataTypes.BIGINT, allowNull: false },
    currency: { type: DataTypes.CHAR(3), allowNull: false },
    status: { type: DataTypes.STRING(24), allowNull: false },
    reference: { type: DataTypes.STRING(255) },
    refundedAmount: { type: DataTypes.BIGINT, allowNull: false },
    nextAction: { type: DataTypes.TEXT },
    declineReason: { type: DataTypes.STRING(64) },
    requestKey: { type: DataTypes.STRING(255) },
    checks: { type: DataTypes.INTEGER, allowNull: false },
    nextCheckAt: { type: DataTypes.DATE(3) },
    capturedAt: { type: DataTypes.DATE(3) },
    createdAt: { type: DataTypes.DATE(3), allowNull: false },
    updatedAt: { type: DataTypes.DATE(3), allowNull: false },
  });
