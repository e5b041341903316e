import {
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  type Model,
  type ModelStatic,
  type Sequelize,
} from 'sequelize';

export interface OutboxRow extends Model<InferAttributes<OutboxRow>, InferCreationAttributes<OutboxRow>> {
  eventId: string;
  type: string;
  payload: string;
  state: 'pending' | 'published';
  attempts: number;
  availableAt: Date;
  publishedAt: Date | null;
}

/** The table `outbox` of a service's schema: events that were decided and wait to be published. */
export const defineOutbox = (sequelize: Sequelize): ModelStatic<OutboxRow> =>
  sequelize.define<OutboxRow>('outbox', {
    eventId: { type: DataTypes.CHAR(36), primaryKey: true },
    type: { type: DataTypes.STRING(128), allowNull: false },
    payload: { type: DataTypes.TEXT('medium'), allowNull: false },
    state: { type: DataTypes.STRING(16), allowNull: false },
    attempts: { type: DataTypes.INTEGER, allowNull: false },
    availableAt: { type: DataTypes.DATE(3), allowNull: false },
    publishedAt: { type: DataTypes.DATE(3) },
  });
