import { DataTypes, type Model, type ModelStatic, type Sequelize } from 'sequelize';

export interface RefreshTokenRow {
  tokenHash: string;
  sessionId: string;
  createdAt: Date;
  usedAt: Date | null;
  usedBy: string | null;
  sealedSuccessor: string | null;
}

export const defineRefreshToken = (sequelize: Sequelize): ModelStatic<Model<RefreshTokenRow>> =>
  sequelize.define('refresh_tokens', {
    tokenHash: { type: DataTypes.CHAR(64), primaryKey: true },
    sessionId: { type: DataTypes.CHAR(36), allowNull: false },
    createdAt: { type: DataTypes.DATE(3), allowNull: false },
    usedAt: { type: DataTypes.DATE(3) },
    usedBy: { type: DataTypes.STRING(255) },
    sealedSuccessor: { type: DataTypes.STRING(512) },
  });
