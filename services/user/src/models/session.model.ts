import { DataTypes, type Model, type ModelStatic, type Sequelize } from 'sequelize';

export interface SessionRow {
  id: string;
  userId: string;
  method: 'password' | 'otp';
  device: string;
  address: string;
  createdAt: Date;
  lastUsedAt: Date;
  idleAt: Date;
  expiresAt: Date;
  revokedAt: Date | null;
  revokedFor: string | null;
}

export const defineSession = (sequelize: Sequelize): ModelStatic<Model<SessionRow>> =>
  sequelize.define('sessions', {
    id: { type: DataTypes.CHAR(36), primaryKey: true },
    userId: { type: DataTypes.CHAR(36), allowNull: false },
    method: { type: DataTypes.STRING(16), allowNull: false },
    device: { type: DataTypes.STRING(255), allowNull: false },
    address: { type: DataTypes.STRING(64), allowNull: false },
    createdAt: { type: DataTypes.DATE(3), allowNull: false },
    lastUsedAt: { type: DataTypes.DATE(3), allowNull: false },
    idleAt: { type: DataTypes.DATE(3), allowNull: false },
    expiresAt: { type: DataTypes.DATE(3), allowNull: false },
    revokedAt: { type: DataTypes.DATE(3) },
    revokedFor: { type: DataTypes.STRING(32) },
  });
