import { QueryTypes, type Sequelize } from 'sequelize';

/**
 * Whether this database may be trusted with an acknowledged write. Fails with the reason: not reachable, read-only, or
 * set so that a commit can be lost (innodb_flush_log_at_trx_commit or, where there is a binary log, sync_binlog not 1).
 */
export async function checkDatabase(sequelize: Sequelize): Promise<void> {
  const [row] = await sequelize.query<{ flush: number; logBin: number; syncBinlog: number; readOnly: number }>(
    'SELECT @@innodb_flush_log_at_trx_commit AS flush, @@log_bin AS logBin, @@sync_binlog AS syncBinlog, @@read_only AS readOnly',
    { type: QueryTypes.SELECT },
  );
  if (!row) throw new Error('the database gave no answer');
  if (Number(row.flush) !== 1)
    throw new Error('innodb_flush_log_at_trx_commit must be 1: a crash would lose acknowledged orders');
  if (Number(row.logBin) === 1 && Number(row.syncBinlog) !== 1)
    throw new Error('sync_binlog must be 1 where the binary log is on');
  if (Number(row.readOnly) === 1) throw new Error('the database is read-only');
}
