import type { ProcessStatus } from '@polycloud/contracts';
import {
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  type Model,
  type ModelStatic,
  type Sequelize,
} from 'sequelize';

export type Direction = 'forward' | 'backward';

export interface UserProcessRow extends Model<InferAttributes<UserProcessRow>, InferCreationAttributes<UserProcessRow>> {
  processId: string;
  orderId: string;
  userId: string;
  saga: string;
  status: ProcessStatus;
  percentage: number;
  step: string;
  /** The step that is due: index into the saga's steps. */
  stepNo: number;
  direction: Direction;
  /** Failed tries of the step that is due. */
  attempts: number;
  /** 1 once the owner asked to cancel; looked at between the steps. */
  cancelRequested: number;
  /** JSON of the error that turned the saga round. */
  error: string | null;
  /** JSON of what the client gets. */
  result: string | null;
  requestId: string;
  leaseOwner: string | null;
  /** Fencing token: goes up with each claim; who holds an older one can no longer write. */
  version: number;
  /** When it may be claimed: the end of a lease, or of a pause before the next try. */
  runAt: Date;
  createdAt: Date;
  updatedAt: Date;
}

export const defineUserProcess = (sequelize: Sequelize): ModelStatic<UserProcessRow> =>
  sequelize.define<UserProcessRow>('user_processes', {
    processId: { type: DataTypes.CHAR(36), primaryKey: true },
    orderId: { type: DataTypes.CHAR(36), allowNull: false },
    userId: { type: DataTypes.CHAR(36), allowNull: false },
    saga: { type: DataTypes.STRING(64), allowNull: false },
    status: { type: DataTypes.TINYINT, allowNull: false },
    percentage: { type: DataTypes.TINYINT, allowNull: false },
    step: { type: DataTypes.STRING(64), allowNull: false },
    stepNo: { type: DataTypes.INTEGER, allowNull: false },
    direction: { type: DataTypes.STRING(8), allowNull: false },
    attempts: { type: DataTypes.INTEGER, allowNull: false },
    cancelRequested: { type: DataTypes.TINYINT, allowNull: false },
    error: { type: DataTypes.TEXT },
    result: { type: DataTypes.TEXT },
    requestId: { type: DataTypes.STRING(128), allowNull: false },
    leaseOwner: { type: DataTypes.STRING(64) },
    version: { type: DataTypes.INTEGER, allowNull: false },
    runAt: { type: DataTypes.DATE(3), allowNull: false },
    createdAt: { type: DataTypes.DATE(3), allowNull: false },
    updatedAt: { type: DataTypes.DATE(3), allowNull: false },
  });
