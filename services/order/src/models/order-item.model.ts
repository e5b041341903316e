import {
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  type Model,
  type ModelStatic,
  type Sequelize,
} from 'sequelize';

export interface OrderItemRow extends Model<InferAttributes<OrderItemRow>, InferCreationAttributes<OrderItemRow>> {
  orderId: string;
  lineNo: number;
  sku: string;
  quantity: number;
  priceAmount: number;
  /** JSON, or null where the item has no input. */
  input: string | null;
}

export const defineOrderItem = (sequelize: Sequelize): ModelStatic<OrderItemRow> =>
  sequelize.define<OrderItemRow>('order_items', {
    orderId: { type: DataTypes.CHAR(36), primaryKey: true },
    lineNo: { type: DataTypes.INTEGER, primaryKey: true },
    sku: { type: DataTypes.STRING(64), allowNull: false },
    quantity: { type: DataTypes.INTEGER, allowNull: false },
    priceAmount: { type: DataTypes.BIGINT, allowNull: false },
    input: { type: DataTypes.TEXT },
  });
