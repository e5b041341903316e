import { runInContext } from '@polycloud/context';
import { type AppError, ProcessStatus } from '@polycloud/contracts';
import type { Logger } from '@polycloud/logger';
import { type ClaimedProcess, LeaseLost, type SagaDao } from '../../dao/saga.dao';
import type { OrderDao } from '../../dao/order.dao';
import { failureOf, isFinal, pauseAfter } from './failure';
import { LeaseKeeper } from './lease-keeper';
import type { Saga, Step, StepContext } from './saga';

type Cause = Pick<AppError, 'code' | 'detail' | 'hint'> | typeof CANCELLED;

const CANCELLED: { code: 'CANCELLED'; detail: string; hint?: string } = {
  code: 'CANCELLED',
  detail: 'The order was cancelled by its owner',
};

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
    while (!keeper.signal.aborted && (await this.move(claimed, saga, context)));
  }

  /** One step there or back, or the end; false when there is nothing more to do for now. */
  private move(claimed: ClaimedProcess, saga: Saga, context: StepContext): Promise<boolean> {
    const { direction, stepNo } = claimed.process;
    const step = saga.steps[stepNo];
    if (direction === 'forward') return step ? this.doStep(claimed, step, context) : this.succeed(claimed, saga);
    return step ? this.undoStep(claimed, step, context) : this.fail(claimed);
  }

  private async doStep(claimed: ClaimedProcess, step: Step, context: StepContext): Promise<boolean> {
    const { stepNo, attempts } = claimed.process;
    const begun = await this.sagaDao.begin(claimed.lease, { no: stepNo, name: step.name, direction: 'forward' });
    if (!begun) return this.turnRound(claimed, CANCELLED, stepNo - 1);
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
      return this.turnRound(claimed, failure, stepNo);
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

  private async turnRound(claimed: ClaimedProcess, { code, detail, hint }: Cause, stepNo: number): Promise<true> {
    await this.sagaDao.turnRound(claimed, { code, detail, ...(hint !== undefined && { hint }) }, stepNo);
    return true;
  }

  private async succeed(claimed: ClaimedProcess, saga: Saga): Promise<boolean> {
    const result = saga.result(claimed.results);
    const finished = await this.sagaDao.finish(claimed, {
      status: ProcessStatus.SUCCESS,
      orderStatus: 'completed',
      step: 'finished',
      result,
    });
    return finished ? false : this.turnRound(claimed, CANCELLED, saga.steps.length - 1);
  }

  private async fail(claimed: ClaimedProcess): Promise<false> {
    const orderStatus = claimed.process.error?.includes(`"${CANCELLED.code}"`) ? 'cancelled' : 'failed';
    await this.sagaDao.finish(claimed, { status: ProcessStatus.FAILURE, orderStatus, step: orderStatus });
    return false;
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
