import {
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  type Model,
  type ModelStatic,
  type Sequelize,
} from 'sequelize';

export interface ProcessEventRow extends Model<InferAttributes<ProcessEventRow>, InferCreationAttributes<ProcessEventRow>> {
  eventId: string;
  processId: string;
  orderId: string;
  kind: string;
  step: string;
  percentage: number;
  detail: string | null;
  requestId: string;
  createdAt: Date;
}

/** The history of a process: every change of state, in order. */
export const defineProcessEvent = (sequelize: Sequelize): ModelStatic<ProcessEventRow> =>
  sequelize.define<ProcessEventRow>('process_events', {
    eventId: { type: DataTypes.CHAR(36), primaryKey: true },
    processId: { type: DataTypes.CHAR(36), allowNull: false },
    orderId: { type: DataTypes.CHAR(36), allowNull: false },
    kind: { type: DataTypes.STRING(32), allowNull: false },
    step: { type: DataTypes.STRING(64), allowNull: false },
    percentage: { type: DataTypes.TINYINT, allowNull: false },
    detail: { type: DataTypes.TEXT },
    requestId: { type: DataTypes.STRING(128), allowNull: false },
    createdAt: { type: DataTypes.DATE(3), allowNull: false },
  });
