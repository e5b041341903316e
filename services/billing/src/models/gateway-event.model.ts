import {
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  type Model,
  type ModelStatic,
  type Sequelize,
} from 'sequelize';

/** A webhook that was verified. `parked` waits until we know what it is about. */
export interface GatewayEventRow extends Model<InferAttributes<GatewayEventRow>, InferCreationAttributes<GatewayEventRow>> {
  gateway: string;
  eventId: string;
  type: string;
  reference: string | null;
  state: 'applied' | 'parked' | 'ignored';
  checks: number;
  nextCheckAt: Date | null;
  receivedAt: Date;
}

export const defineGatewayEvent = (sequelize: Sequelize): ModelStatic<GatewayEventRow> =>
  sequelize.define<GatewayEventRow>('gateway_events', {
    gateway: { type: DataTypes.STRING(32), primaryKey: true },
    eventId: { type: DataTypes.STRING(255), primaryKey: true },
    type: { type: DataTypes.STRING(64), allowNull: false },
    reference: { type: DataTypes.STRING(255) },
    state: { type: DataTypes.STRING(16), allowNull: false },
    checks: { type: DataTypes.INTEGER, allowNull: false },
    nextCheckAt: { type: DataTypes.DATE(3) },
    receivedAt: { type: DataTypes.DATE(3), allowNull: false },
  });
