import {
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  type Model,
  type ModelStatic,
  type Sequelize,
} from 'sequelize';

/** When a scheduled job is due next; who moves it on has the run. */
export interface JobLeaseRow extends Model<InferAttributes<JobLeaseRow>, InferCreationAttributes<JobLeaseRow>> {
  name: string;
  runAt: Date;
}

export const defineJobLease = (sequelize: Sequelize): ModelStatic<JobLeaseRow> =>
  sequelize.define<JobLeaseRow>('job_leases', {
    name: { type: DataTypes.STRING(64), primaryKey: true },
    runAt: { type: DataTypes.DATE(3), allowNull: false },
  });
