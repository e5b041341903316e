import { DataTypes, type Model, type ModelStatic, type Sequelize } from 'sequelize';

export interface AttemptRow {
  bucket: string;
  taken: number;
  expiresAt: Date;
}

export const defineAttempt = (sequelize: Sequelize): ModelStatic<Model<AttemptRow>> =>
  sequelize.define('attempts', {
    bucket: { type: DataTypes.STRING(120), primaryKey: true },
    taken: { type: DataTypes.INTEGER, allowNull: false },
    expiresAt: { type: DataTypes.DATE(3), allowNull: false },
  });
