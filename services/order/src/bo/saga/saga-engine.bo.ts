import { runInContext } from '@polycloud/context';
import { type AppError, ProcessStatus } from '@polycloud/contracts';
import type { Logger } from '@polycloud/logger';
import type { EndDao } from '../../dao/end.dao';
import { type ClaimedProcess, LeaseLost, type StepOf } from '../../dao/lease';
import type { LeaseDao } from '../../dao/lease.dao';
import type { StepDone, StepRef } from '../../dao/process-writer';
import type { StepDao } from '../../dao/step.dao';
import { failureOf, isFinal, pauseAfter } from './failure';
import { LeaseKeeper } from './lease-keeper';
import type { Saga, Step, StepContext } from './saga';
import { contextOf, progressOf, untilAborted } from './step-context';

type Cause = Pick<AppError, 'code' | 'detail' | 'hint'> | typeof CANCELLED;

const CANCELLED: { code: 'CANCELLED'; detail: string; hint?: string } = {
  code: 'CANCELLED',
  detail: 'The order was cancelled by its owner',
};

/** Drives a claimed process to its end, or to its next pause. */
export class SagaEngineBo {
  private readonly sagas: Map<string, Saga>;

  constructor(
    private readonly rows: { leases: LeaseDao; steps: StepDao; ends: EndDao },
    sagas: readonly Saga[],
    private readonly logger: Logger,
  ) {
    this.sagas = new Map(sagas.map((saga) => [saga.name, saga]));
  }

  readonly stepOf: StepOf = ({ saga, stepNo }) => this.sagas.get(saga)?.steps[stepNo]?.name;

  /** Never throws: a failure is stored, or the lease runs out and another worker goes on. */
  async drive(claimed: ClaimedProcess, stop: AbortSignal): Promise<void> {
    const { requestId, userId } = claimed.process;
    await runInContext({ requestId, userId }, async () => {
      const keeper = new LeaseKeeper(this.rows.leases, claimed.lease, stop);
      try {
        await this.run(claimed, keeper);
      } catch (error) {
        await this.leave(claimed, keeper.signal.aborted ? keeper.signal.reason : error, stop);
      } finally {
        keeper.release();
      }
    });
  }

  /** Who stops hands the process on at once; what cannot be driven at all is tried again ever more rarely, and stays visible. */
  private async leave(claimed: ClaimedProcess, error: unknown, stop: AbortSignal): Promise<void> {
    const { processId } = claimed.lease;
    if (error instanceof LeaseLost) return this.logger.info('process went on elsewhere', { processId });
    try {
      if (stop.aborted) return await this.rows.leases.letGo(claimed.lease);
      this.logger.error('process could not be driven, it will be taken up again', { processId, error });
      await this.rows.steps.retryLater(claimed, pauseAfter(claimed.process), 'The process could not be driven');
    } catch (second) {
      // Its lease runs out, and then another worker goes on.
      if (!(second instanceof LeaseLost)) this.logger.warn('process could not be given back', { processId, error: second });
    }
  }

  private async run(claimed: ClaimedProcess, keeper: LeaseKeeper): Promise<void> {
    const saga = this.sagaOf(claimed);
    const context = contextOf(claimed, keeper.signal);
    while (await this.move(claimed, saga, context)) keeper.signal.throwIfAborted();
  }

  /** One step there or back, or the end; false when there is nothing more to do for now. */
  private move(claimed: ClaimedProcess, saga: Saga, context: StepContext): Promise<boolean> {
    const { direction, stepNo } = claimed.process;
    if (!saga.steps[stepNo]) return direction === 'forward' ? this.succeed(claimed, saga) : this.fail(claimed);
    return direction === 'forward' ? this.doStep(claimed, saga, context) : this.undoStep(claimed, saga, context);
  }

  private async doStep(claimed: ClaimedProcess, saga: Saga, context: StepContext): Promise<boolean> {
    const { stepNo, attempts } = claimed.process;
    const step = saga.steps[stepNo] as Step;
    // A worker that died may have had this step under way, so it is undone too.
    if (!claimed.begun) return this.turnRound(claimed, CANCELLED, backTo(saga, stepNo));
    try {
      const progress = progressOf(claimed, step, this.write(claimed));
      const result = await untilAborted(context.signal, () => step.do({ ...context, progress }));
      const done = { no: stepNo, name: step.name, direction: 'forward' as const, percentage: step.percentage, result };
      const next = stepRef(saga, stepNo + 1, 'forward');
      if (!next) return await this.succeed(claimed, saga, done);
      await this.rows.steps.done(claimed, done, next);
      return true;
    } catch (error) {
      if (error instanceof LeaseLost || context.signal.aborted) throw error;
      const failure = failureOf(error);
      this.logger.warn('step failed', {
        step: step.name,
        failure: failure.code,
        detail: failure.detail,
        attempts,
        error: failure.cause,
      });
      if (!isFinal(failure, attempts)) return this.pause(claimed, failure);
      // The step itself may have had its effect although its answer was lost, so its own undo runs too.
      return this.turnRound(claimed, failure, backTo(saga, stepNo));
    }
  }

  /** An undo is tried until it succeeds: money and goods must not stay half returned. */
  private async undoStep(claimed: ClaimedProcess, saga: Saga, context: StepContext): Promise<boolean> {
    const { stepNo } = claimed.process;
    const step = saga.steps[stepNo] as Step;
    try {
      await untilAborted(context.signal, () => step.undo?.(context));
      await this.rows.steps.undone(claimed, backTo(saga, stepNo), stepRef(saga, stepNo - 1, 'backward'));
      return true;
    } catch (error) {
      if (error instanceof LeaseLost || context.signal.aborted) throw error;
      const failure = failureOf(error);
      this.logger.error('undo failed, it will be tried again', {
        step: step.name,
        failure: failure.code,
        detail: failure.detail,
        error: failure.cause,
      });
      return this.pause(claimed, failure);
    }
  }

  private async pause(claimed: ClaimedProcess, failure: AppError): Promise<false> {
    await this.rows.steps.retryLater(claimed, pauseAfter(claimed.process), failure.message);
    return false;
  }

  private async turnRound(claimed: ClaimedProcess, { code, detail, hint }: Cause, step: StepRef): Promise<true> {
    await this.rows.steps.turnRound(claimed, { code, detail, ...(hint !== undefined && { hint }) }, step);
    return true;
  }

  private async succeed(claimed: ClaimedProcess, saga: Saga, last?: StepDone): Promise<boolean> {
    const results = { ...claimed.results, ...(last && { [last.name]: last.result }) };
    const end = {
      status: ProcessStatus.SUCCESS,
      orderStatus: 'completed' as const,
      step: 'finished',
      result: saga.result(results),
    };
    if (!(await this.rows.ends.finish(claimed, end, last))) {
      if (last) await this.rows.steps.done(claimed, last);
      return this.turnRound(claimed, CANCELLED, backTo(saga, saga.steps.length - 1));
    }
    this.logger.info('process ended', { processId: claimed.lease.processId, orderStatus: 'completed' });
    return false;
  }

  private async fail(claimed: ClaimedProcess): Promise<false> {
    const orderStatus = claimed.process.error?.includes(`"${CANCELLED.code}"`) ? 'cancelled' : 'failed';
    await this.rows.ends.finish(claimed, { status: ProcessStatus.FAILURE, orderStatus, step: orderStatus });
    this.logger.info('process ended', { processId: claimed.lease.processId, orderStatus });
    return false;
  }

  private sagaOf({ process }: ClaimedProcess): Saga {
    const saga = this.sagas.get(process.saga);
    if (!saga) throw new Error(`This worker does not know the saga ${process.saga} of process ${process.processId}`);
    return saga;
  }

  /** Lost progress is no harm: the step's end writes the whole of it. */
  private write({ lease }: ClaimedProcess): (percentage: number) => void {
    return (percentage) =>
      void this.rows.steps
        .progress(lease, percentage)
        .catch((error: unknown) => this.logger.debug('progress not written', { error }));
  }
}

function stepRef(saga: Saga, no: number, direction: StepRef['direction']): StepRef | undefined {
  const step = saga.steps[no];
  return step && { no, name: step.name, direction };
}

/** A step that there is, as the one that is undone next. */
const backTo = (saga: Saga, no: number) => stepRef(saga, no, 'backward') as StepRef;
