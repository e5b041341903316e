import {
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  type Model,
  type ModelStatic,
  type Sequelize,
} from 'sequelize';

/** A request with a key: how far it is, and how it was answered. */
export interface IdempotencyKeyRow extends Model<InferAttributes<IdempotencyKeyRow>, InferCreationAttributes<IdempotencyKeyRow>> {
  userId: string;
  route: string;
  idemKey: string;
  fingerprint: string;
  state: 'in_progress' | 'completed';
  requestId: string;
  answer: string | null;
  owner: string;
  leaseUntil: Date;
  expiresAt: Date;
}

/** The table `idempotency_keys` of a service's schema. */
export const defineIdempotencyKey = (sequelize: Sequelize): ModelStatic<IdempotencyKeyRow> =>
  sequelize.define<IdempotencyKeyRow>('idempotency_keys', {
    userId: { type: DataTypes.CHAR(36), primaryKey: true },
    route: { type: DataTypes.STRING(96), primaryKey: true },
    idemKey: { type: DataTypes.STRING(255), primaryKey: true },
    fingerprint: { type: DataTypes.CHAR(64), allowNull: false },
    state: { type: DataTypes.STRING(16), allowNull: false },
    requestId: { type: DataTypes.STRING(128), allowNull: false },
    answer: { type: DataTypes.TEXT('medium') },
    owner: { type: DataTypes.CHAR(36), allowNull: false },
    leaseUntil: { type: DataTypes.DATE(3), allowNull: false },
    expiresAt: { type: DataTypes.DATE(3), allowNull: false },
  });
