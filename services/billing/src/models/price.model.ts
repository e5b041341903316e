import {
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  type Model,
  type ModelStatic,
  type Sequelize,
} from 'sequelize';

/** What one piece of a product costs on a cloud, from a day on. */
export interface PriceRow extends Model<InferAttributes<PriceRow>, InferCreationAttributes<PriceRow>> {
  sku: string;
  cloud: string;
  currency: string;
  validFrom: Date;
  /** Minor units, tax included. */
  amount: number;
}

export const definePrice = (sequelize: Sequelize): ModelStatic<PriceRow> =>
  sequelize.define<PriceRow>('prices', {
    sku: { type: DataTypes.STRING(64), primaryKey: true },
    cloud: { type: DataTypes.STRING(16), primaryKey: true },
    currency: { type: DataTypes.CHAR(3), primaryKey: true },
    validFrom: { type: DataTypes.DATE(3), primaryKey: true },
    amount: { type: DataTypes.BIGINT, allowNull: false },
  });
