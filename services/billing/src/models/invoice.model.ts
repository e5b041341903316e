import {
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  type Model,
  type ModelStatic,
  type Sequelize,
} from 'sequelize';

/** The invoice of a paid order. */
export interface InvoiceRow extends Model<InferAttributes<InvoiceRow>, InferCreationAttributes<InvoiceRow>> {
  invoiceId: string;
  year: number;
  /** Without gaps within the year. */
  serial: number;
  paymentId: string;
  orderId: string;
  userId: string;
  amount: number;
  currency: string;
  country: string;
  /** The tax rate on the day of issue. */
  taxBasisPoints: number;
  /** JSON of payer and lines, asked for once and kept. */
  details: string | null;
  issuedAt: Date;
}

/** The last number given out in a year. */
export interface InvoiceCounterRow extends Model<InferAttributes<InvoiceCounterRow>, InferCreationAttributes<InvoiceCounterRow>> {
  year: number;
  lastSerial: number;
}

export const defineInvoice = (sequelize: Sequelize): ModelStatic<InvoiceRow> =>
  sequelize.define<InvoiceRow>('invoices', {
    invoiceId: { type: DataTypes.CHAR(36), primaryKey: true },
    year: { type: DataTypes.SMALLINT, allowNull: false },
    serial: { type: DataTypes.INTEGER, allowNull: false },
    paymentId: { type: DataTypes.CHAR(36), allowNull: false },
    orderId: { type: DataTypes.CHAR(36), allowNull: false },
    userId: { type: DataTypes.CHAR(36), allowNull: false },
    amount: { type: DataTypes.BIGINT, allowNull: false },
    currency: { type: DataTypes.CHAR(3), allowNull: false },
    country: { type: DataTypes.CHAR(2), allowNull: false },
    taxBasisPoints: { type: DataTypes.INTEGER, allowNull: false },
    details: { type: DataTypes.TEXT('medium') },
    issuedAt: { type: DataTypes.DATE(3), allowNull: false },
  });

export const defineInvoiceCounter = (sequelize: Sequelize): ModelStatic<InvoiceCounterRow> =>
  sequelize.define<InvoiceCounterRow>('invoice_counters', {
    year: { type: DataTypes.SMALLINT, primaryKey: true },
    lastSerial: { type: DataTypes.INTEGER, allowNull: false },
  });
