import type { CallbackState } from '@polycloud/contracts';
import {
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  type Model,
  type ModelStatic,
  type Sequelize,
} from 'sequelize';

export interface CallbackDeliveryRow extends Model<
  InferAttributes<CallbackDeliveryRow>,
  InferCreationAttributes<CallbackDeliveryRow>
> {
  deliveryId: string;
  processId: string;
  userId: string;
  url: string;
  body: string;
  state: CallbackState;
  /** Tries of this round; a replay begins a new round. */
  tries: number;
  /** When it may be claimed: the next try, or the end of the lease of who is trying. */
  nextAt: Date;
  requestId: string;
  createdAt: Date;
  /** Of the request's trace (W3C Trace Context), when it is traced. */
  traceparent: string | null;
}

export const defineCallbackDelivery = (sequelize: Sequelize): ModelStatic<CallbackDeliveryRow> =>
  sequelize.define<CallbackDeliveryRow>('callback_deliveries', {
    deliveryId: { type: DataTypes.CHAR(36), primaryKey: true },
    processId: { type: DataTypes.CHAR(36), allowNull: false },
    userId: { type: DataTypes.CHAR(36), allowNull: false },
    url: { type: DataTypes.STRING(2048), allowNull: false },
    body: { type: DataTypes.TEXT('medium'), allowNull: false },
    state: { type: DataTypes.STRING(16), allowNull: false },
    tries: { type: DataTypes.INTEGER, allowNull: false },
    nextAt: { type: DataTypes.DATE(3), allowNull: false },
    requestId: { type: DataTypes.STRING(128), allowNull: false },
    createdAt: { type: DataTypes.DATE(3), allowNull: false },
    traceparent: { type: DataTypes.STRING(55), allowNull: true },
  });
