import type { Provider } from '@polycloud/contracts';
import { DataTypes, type Model, type ModelStatic, type Sequelize } from 'sequelize';

export interface CloudRegistrationRow {
  userId: string;
  provider: Provider;
  sealedConnection: string;
  registeredAt: Date;
}

export const defineCloudRegistration = (sequelize: Sequelize): ModelStatic<Model<CloudRegistrationRow>> =>
  sequelize.define('cloud_registrations', {
    userId: { type: DataTypes.CHAR(36), primaryKey: true },
    provider: { type: DataTypes.STRING(32), allowNull: false },
    sealedConnection: { type: DataTypes.TEXT('medium'), allowNull: false },
    registeredAt: { type: DataTypes.DATE(3), allowNull: false },
  });
