import {
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  type Model,
  type ModelStatic,
  type Sequelize,
} from 'sequelize';

/** The tax that a country's prices contain, from a day on. */
export interface TaxRateRow extends Model<InferAttributes<TaxRateRow>, InferCreationAttributes<TaxRateRow>> {
  country: string;
  validFrom: Date;
  /** Hundredths of a per cent. */
  basisPoints: number;
}

export const defineTaxRate = (sequelize: Sequelize): ModelStatic<TaxRateRow> =>
  sequelize.define<TaxRateRow>('tax_rates', {
    country: { type: DataTypes.CHAR(2), primaryKey: true },
    validFrom: { type: DataTypes.DATE(3), primaryKey: true },
    basisPoints: { type: DataTypes.INTEGER, allowNull: false },
  });
