import {
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  type Model,
  type ModelStatic,
  type Sequelize,
} from 'sequelize';
import type { Direction } from './user-process.model';

export interface SagaStepRow extends Model<InferAttributes<SagaStepRow>, InferCreationAttributes<SagaStepRow>> {
  processId: string;
  stepNo: number;
  direction: Direction;
  name: string;
  /** Written before the call as `intent`, after it as `done` or `failed`: an intent alone means that nobody knows. */
  state: 'intent' | 'done' | 'failed';
  attempts: number;
  /** JSON of what the step gave, for the steps after it. */
  result: string | null;
  error: string | null;
  startedAt: Date;
  endedAt: Date | null;
}

export const defineSagaStep = (sequelize: Sequelize): ModelStatic<SagaStepRow> =>
  sequelize.define<SagaStepRow>('saga_steps', {
    processId: { type: DataTypes.CHAR(36), primaryKey: true },
    stepNo: { type: DataTypes.INTEGER, primaryKey: true },
    direction: { type: DataTypes.STRING(8), primaryKey: true },
    name: { type: DataTypes.STRING(64), allowNull: false },
    state: { type: DataTypes.STRING(8), allowNull: false },
    attempts: { type: DataTypes.INTEGER, allowNull: false },
    result: { type: DataTypes.TEXT('medium') },
    error: { type: DataTypes.TEXT },
    startedAt: { type: DataTypes.DATE(3), allowNull: false },
    endedAt: { type: DataTypes.DATE(3) },
  });
