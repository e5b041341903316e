import { DataTypes, type Model, type ModelStatic, type Sequelize } from 'sequelize';

export interface SigningKeyRow {
  generation: number;
  kid: string;
  publicJwk: string;
  sealedPrivateKey: string;
  activeFrom: Date;
  createdAt: Date;
}

export const defineSigningKey = (sequelize: Sequelize): ModelStatic<Model<SigningKeyRow>> =>
  sequelize.define('signing_keys', {
    generation: { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: false },
    kid: { type: DataTypes.STRING(64), allowNull: false },
    publicJwk: { type: DataTypes.STRING(1024), allowNull: false },
    sealedPrivateKey: { type: DataTypes.TEXT, allowNull: false },
    activeFrom: { type: DataTypes.DATE(3), allowNull: false },
    createdAt: { type: DataTypes.DATE(3), allowNull: false },
  });
