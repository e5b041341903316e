import '@polycloud/telemetry/register';
import { Metrics, ownNumbers, runAsProcess, Schedule, type Stoppable } from '@polycloud/http';
import type { Logger } from '@polycloud/logger';
import { SqsEventConsumer } from '@polycloud/messaging/consumer';
import { type Config, readServiceConfig } from './config';
import { openWorker } from './open-worker';

const HOUR_MS = 3_600_000;

/** The worker: takes processes from the queue, and from the table what the queue did not bring, and drives them. */
export async function startWorker(config: Config, logger: Logger): Promise<Stoppable> {
  const worker = openWorker(config, logger);
  const queue = { queueUrl: config.EVENTS_QUEUE_URL, region: config.AWS_REGION, endpoint: config.AWS_ENDPOINT_URL };
  const consumer = new SqsEventConsumer(queue, (event) => worker.workerBo.take(event), logger);
  await worker.check();
  const numbers = await ownNumbers(config, new Metrics('order-worker'));
  const schedule = new Schedule(logger);
  consumer.start();
  worker.workerBo.start();
  schedule.start([{ name: 'forget', pauseMs: HOUR_MS, run: () => worker.forget() }]);
  logger.info('working', { concurrency: config.WORKER_CONCURRENCY });
  return {
    stop: async () => {
      await Promise.all([consumer.stop(), schedule.stop()]);
      await worker.stop();
      await numbers.close();
    },
  };
}

if (require.main === module) void runAsProcess({ name: 'order-worker', config: readServiceConfig, start: startWorker });
