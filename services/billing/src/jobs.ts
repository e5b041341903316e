import type { Job } from '@polycloud/http';
import type { Logger } from '@polycloud/logger';
import type { Config } from './config';
import type { Billing } from './graph';

const HOUR_MS = 3_600_000;
/** Longest pause before another instance notices that the comparison is due. */
const LEASE_LOOK_MS = 30_000;

/** What the service does by itself: clear what was left open, compare the books, forget old keys. */
export const jobsOf = ({ bos, daos }: Billing, config: Config, logger: Logger): Job[] => [
  { name: 'clear', pauseMs: config.SETTLE_INTERVAL_MS, run: () => bos.clearing.clear() },
  {
    name: 'reconcile',
    pauseMs: Math.min(config.RECONCILE_INTERVAL_MS, LEASE_LOOK_MS),
    run: () => reconcileWhenDue({ bos, daos }, config, logger),
  },
  { name: 'sweep', pauseMs: HOUR_MS, run: () => daos.keys.sweep() },
];

/** The start of the window that a comparison covers. */
export const windowStart = (config: Config): Date => new Date(Date.now() - config.RECONCILE_WINDOW_HOURS * HOUR_MS);

async function reconcileWhenDue({ bos, daos }: Pick<Billing, 'bos' | 'daos'>, config: Config, logger: Logger): Promise<void> {
  if (!(await daos.leases.take('reconcile', config.RECONCILE_INTERVAL_MS / 1000))) return;
  for (const { gateway, compared, findings, balance, failure } of await bos.reconciliation.reconcile(windowStart(config))) {
    const open = findings.filter(({ mended }) => !mended).length;
    const fields = { gateway, compared, mended: findings.length - open, open, balance };
    if (failure !== undefined) logger.error('our books could not be compared with the gateway', { ...fields, failure });
    else if (open > 0) logger.error('our books and the gateway differ', fields);
    else logger.info('our books and the gateway agree', fields);
  }
}
