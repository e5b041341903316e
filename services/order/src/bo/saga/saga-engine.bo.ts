import { runInContext } from '@polycloud/context';
import { AppError, ProcessStatus } from '@polycloud/contracts';
import type { Logger } from '@polycloud/logger';
import { type ClaimedProcess, LeaseLost, type SagaDao } from '../../dao/saga.dao';
import type { OrderDao } from '../../dao/order.dao';
import { failureOf, isFinal, pauseAfter } from './failure';
import { LeaseKeeper } from './lease-keeper';
import type { Saga, Step, StepContext } from './saga';

/** Drives a claimed process to its end, or to its next pause. */
export class SagaEngineBo {
  private readonly sagas: Map<string, Saga>;

  constructor(
    private readonly sagaDao: SagaDao,
    private readonly orderDao: OrderDao,
    sagas: readonly Saga[],
    private readonly logger: Logger,
  ) {
    this.sagas = new Map(sagas.map((saga) => [saga.name, saga]));
  }

  /** Never throws: a failure is stored, or the lease runs out and another worker goes on. */
  async drive(claimed: ClaimedProcess, stop: AbortSignal): Promise<void> {
    const { requestId, userId } = claimed.process;
    await runInContext({ requestId, userId }, async () => {
      const keeper = new LeaseKeeper(this.sagaDao, claimed.lease, stop);
      try {
        await this.run(claimed, keeper);
      } catch (error) {
        if (error instanceof LeaseLost) this.logger.info('process went on elsewhere', { processId: claimed.lease.processId });
        else
          this.logger.error('process could not be driven, it will be taken up again', {
            processId: claimed.lease.processId,
            error,
          });
      } finally {
        keeper.release();
      }
    });
  }

  private async run(claimed: ClaimedProcess, keeper: LeaseKeeper): Promise<void> {
    const saga = this.sagaOf(claimed);
    const context = await this.contextOf(claimed, keeper);
    while (!keeper.signal.aborted) {
      const { direction, stepNo } = claimed.process;
      const step = saga.steps[stepNo];
      if (direction === 'forward' && !step) return this.succeed(claimed, saga);
      if (direction === 'backward' && !step) return this.fail(claimed);
      const goesOn =
        direction === 'forward'
          ? await this.doStep(claimed, step as Step, context)
          : await this.undoStep(claimed, step as Step, context);
      if (!goesOn) return;
    }
  }

  private async doStep(claimed: ClaimedProcess, step: Step, context: StepContext): Promise<boolean> {
    const { stepNo, attempts } = claimed.process;
    await this.sagaDao.begin(claimed.lease, { no: stepNo, name: step.name, direction: 'forward' });
    try {
      const result = await step.do({ ...context, progress: this.progressOf(claimed, step) });
      await this.sagaDao.done(claimed, { no: stepNo, name: step.name, percentage: step.percentage, result });
      return true;
    } catch (error) {
      if (error instanceof LeaseLost || context.signal.aborted) throw error;
      const failure = failureOf(error);
      this.logger.warn('step failed', {
        step: step.name,
        code: failure.code,
        detail: failure.detail,
        attempts,
        error: failure.cause,
      });
      if (!isFinal(failure, attempts)) return this.pause(claimed, failure);
      // The step itself may have had its effect although its answer was lost, so its own undo runs too.
      await this.sagaDao.turnRound(
        claimed,
        { code: failure.code, detail: failure.detail, ...(failure.hint && { hint: failure.hint }) },
        failure.message,
      );
      return true;
    }
  }

  /** An undo is tried until it succeeds: money and goods must not stay half returned. */
  private async undoStep(claimed: ClaimedProcess, step: Step, context: StepContext): Promise<boolean> {
    const { stepNo } = claimed.process;
    await this.sagaDao.begin(claimed.lease, { no: stepNo, name: step.name, direction: 'backward' });
    try {
      await step.undo?.(context);
      await this.sagaDao.undone(claimed, { no: stepNo, name: step.name });
      return true;
    } catch (error) {
      if (error instanceof LeaseLost || context.signal.aborted) throw error;
      const failure = failureOf(error);
      this.logger.error('undo failed, it will be tried again', {
        step: step.name,
        code: failure.code,
        detail: failure.detail,
        error: failure.cause,
      });
      return this.pause(claimed, failure);
    }
  }

  private async pause(claimed: ClaimedProcess, failure: AppError): Promise<false> {
    await this.sagaDao.retryLater(claimed, pauseAfter(claimed.process.attempts), failure.message);
    return false;
  }

  private succeed(claimed: ClaimedProcess, saga: Saga): Promise<void> {
    const result = saga.result(claimed.results);
    return this.sagaDao.finish(claimed, { status: ProcessStatus.SUCCESS, orderStatus: 'completed', step: 'finished', result });
  }

  private fail(claimed: ClaimedProcess): Promise<void> {
    return this.sagaDao.finish(claimed, { status: ProcessStatus.FAILURE, orderStatus: 'failed', step: 'failed' });
  }

  private sagaOf({ process }: ClaimedProcess): Saga {
    const saga = this.sagas.get(process.saga);
    if (!saga) throw new Error(`This worker does not know the saga ${process.saga} of process ${process.processId}`);
    return saga;
  }

  private async contextOf({ process, results }: ClaimedProcess, keeper: LeaseKeeper): Promise<StepContext> {
    const [order, row] = await Promise.all([
      this.orderDao.findOf(process.userId, process.orderId),
      this.orderDao.find(process.orderId),
    ]);
    if (!order || !row) throw new Error(`The order ${process.orderId} of process ${process.processId} is missing`);
    return {
      process,
      order,
      results,
      payment: { gateway: row.paymentGateway, source: row.paymentSource },
      owner: { userId: process.userId, roles: ['customer'], cloud: null },
      progress: () => undefined,
      signal: keeper.signal,
    };
  }

  /** Maps a step's own progress into its part of the whole, and writes each whole per cent once. */
  private progressOf(claimed: ClaimedProcess, step: Step): (fraction: number) => void {
    const from = claimed.process.percentage;
    let written = from;
    return (fraction) => {
      const percentage = Math.floor(from + (step.percentage - from) * Math.min(1, Math.max(0, fraction)));
      if (percentage <= written) return;
      written = percentage;
      // Lost progress is no harm: the step's end writes the whole of it.
      this.sagaDao
        .progress(claimed.lease, percentage)
        .catch((error: unknown) => this.logger.debug('progress not written', { error }));
    };
  }
}
