import { DataTypes, type Model, type ModelStatic, type Sequelize } from 'sequelize';

export interface OtpCodeRow {
  phone: string;
  userId: string;
  codeHash: string;
  tries: number;
  createdAt: Date;
  expiresAt: Date;
  usedAt: Date | null;
}

export const defineOtpCode = (sequelize: Sequelize): ModelStatic<Model<OtpCodeRow>> =>
  sequelize.define('otp_codes', {
    phone: { type: DataTypes.STRING(16), primaryKey: true },
    userId: { type: DataTypes.CHAR(36), allowNull: false },
    codeHash: { type: DataTypes.STRING(255), allowNull: false },
    tries: { type: DataTypes.INTEGER, allowNull: false },
    createdAt: { type: DataTypes.DATE(3), allowNull: false },
    expiresAt: { type: DataTypes.DATE(3), allowNull: false },
    usedAt: { type: DataTypes.DATE(3) },
  });
