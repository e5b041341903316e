import {
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  type Model,
  type ModelStatic,
  type Sequelize,
} from 'sequelize';

export interface InboxRow extends Model<InferAttributes<InboxRow>, InferCreationAttributes<InboxRow>> {
  consumer: string;
  eventId: string;
  receivedAt: Date;
}

/** The table `inbox` of a service's schema: events whose effect is in the database. */
export const defineInbox = (sequelize: Sequelize): ModelStatic<InboxRow> =>
  sequelize.define<InboxRow>('inbox', {
    consumer: { type: DataTypes.STRING(64), primaryKey: true },
    eventId: { type: DataTypes.CHAR(36), primaryKey: true },
    receivedAt: { type: DataTypes.DATE(3), allowNull: false },
  });
