import { DataTypes, type Model, type ModelStatic, type Sequelize } from 'sequelize';

export interface UserRow {
  id: string;
  name: string;
  email: string;
  emailKey: string;
  phone: string | null;
  provenPhone: string | null;
  passwordHash: string;
  roles: string;
  sealedSettings: string;
  latitude: number | null;
  longitude: number | null;
  disabledAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
}

export const defineUser = (sequelize: Sequelize): ModelStatic<Model<UserRow>> =>
  sequelize.define('users', {
    id: { type: DataTypes.CHAR(36), primaryKey: true },
    name: { type: DataTypes.STRING(100), allowNull: false },
    email: { type: DataTypes.STRING(254), allowNull: false },
    emailKey: { type: DataTypes.STRING(320), allowNull: false },
    phone: { type: DataTypes.STRING(16) },
    provenPhone: { type: DataTypes.STRING(16) },
    passwordHash: { type: DataTypes.STRING(255), allowNull: false },
    roles: { type: DataTypes.STRING(64), allowNull: false },
    sealedSettings: { type: DataTypes.TEXT('medium'), allowNull: false },
    latitude: { type: DataTypes.DECIMAL(9, 6) },
    longitude: { type: DataTypes.DECIMAL(9, 6) },
    disabledAt: { type: DataTypes.DATE(3) },
    createdAt: { type: DataTypes.DATE(3), allowNull: false },
    updatedAt: { type: DataTypes.DATE(3), allowNull: false },
  });
