import type { OrderStatus, Provider } from '@polycloud/contracts';
import {
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  type Model,
  type ModelStatic,
  type Sequelize,
} from 'sequelize';

export interface OrderRow extends Model<InferAttributes<OrderRow>, InferCreationAttributes<OrderRow>> {
  orderId: string;
  userId: string;
  processId: string;
  status: OrderStatus;
  currency: string;
  totalAmount: number;
  paymentGateway: string;
  paymentSource: string;
  callbackUrl: string | null;
  /** The cloud it was priced for; null for orders of before this was kept. */
  cloud: Provider | null;
  createdAt: Date;
  updatedAt: Date;
}

export const defineOrder = (sequelize: Sequelize): ModelStatic<OrderRow> =>
  sequelize.define<OrderRow>('orders', {
    orderId: { type: DataTypes.CHAR(36), primaryKey: true },
    userId: { type: DataTypes.CHAR(36), allowNull: false },
    processId: { type: DataTypes.CHAR(36), allowNull: false },
    status: { type: DataTypes.STRING(16), allowNull: false },
    currency: { type: DataTypes.CHAR(3), allowNull: false },
    totalAmount: { type: DataTypes.BIGINT, allowNull: false },
    paymentGateway: { type: DataTypes.STRING(32), allowNull: false },
    paymentSource: { type: DataTypes.STRING(255), allowNull: false },
    callbackUrl: { type: DataTypes.STRING(2048) },
    cloud: { type: DataTypes.STRING(16) },
    createdAt: { type: DataTypes.DATE(3), allowNull: false },
    updatedAt: { type: DataTypes.DATE(3), allowNull: false },
  });
