import {
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  type Model,
  type ModelStatic,
  type Sequelize,
} from 'sequelize';

/** What all payments of an order queue at. */
export interface OrderAccountRow extends Model<InferAttributes<OrderAccountRow>, InferCreationAttributes<OrderAccountRow>> {
  orderId: string;
  /** The one payment that pays the order or may come to pay it. */
  paymentId: string | null;
  /** When the order's charge was taken back: a charge that comes late is refused from then on. */
  closedAt: Date | null;
  createdAt: Date;
}

export const defineOrderAccount = (sequelize: Sequelize): ModelStatic<OrderAccountRow> =>
  sequelize.define<OrderAccountRow>('order_accounts', {
    orderId: { type: DataTypes.CHAR(36), primaryKey: true },
    paymentId: { type: DataTypes.CHAR(36) },
    closedAt: { type: DataTypes.DATE(3) },
    createdAt: { type: DataTypes.DATE(3), allowNull: false },
  });
