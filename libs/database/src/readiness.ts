import { Gauge } from '@polycloud/lean/prom-client';
import { QueryTypes, type Sequelize } from 'sequelize';

const readOnlyState = new Gauge({ name: 'database_read_only', help: '1 while the database takes no writes' });
const clockOffset = new Gauge({
  name: 'database_clock_offset_seconds',
  help: "How far the database's clock is ahead of this machine's",
});

interface Row {
  flush: number;
  logBin: number;
  syncBinlog: number;
  readOnly: number;
  now: string;
}

/**
 * Whether this database may be trusted with an acknowledged write. Fails with the reason: not reachable, read-only, or
 * set so that a commit can be lost (innodb_flush_log_at_trx_commit or, where there is a binary log, sync_binlog not 1).
 */
export async function checkDatabase(sequelize: Sequelize): Promise<void> {
  const asked = Date.now();
  const [row] = await sequelize.query<Row>(
    'SELECT @@innodb_flush_log_at_trx_commit AS flush, @@log_bin AS logBin, @@sync_binlog AS syncBinlog, ' +
      '@@read_only AS readOnly, UNIX_TIMESTAMP(NOW(3)) AS now',
    { type: QueryTypes.SELECT },
  );
  if (!row) throw new Error('the database gave no answer');
  readOnlyState.set(Number(row.readOnly) === 1 ? 1 : 0);
  // The answer was given somewhere between asking and reading it.
  clockOffset.set(Number(row.now) - (asked + Date.now()) / 2_000);
  if (Number(row.flush) !== 1)
    throw new Error('innodb_flush_log_at_trx_commit must be 1: a crash would lose acknowledged orders');
  if (Number(row.logBin) === 1 && Number(row.syncBinlog) !== 1)
    throw new Error('sync_binlog must be 1 where the binary log is on');
  if (Number(row.readOnly) === 1) throw new Error('the database is read-only');
}
