import { type Sequelize, type Transaction } from 'sequelize';
import { AppError } from '@polycloud/contracts';
import { byDriver } from './driver';

const ATTEMPTS = 3;
const DEADLOCK = 1213;
const LOCK_WAIT_TIMEOUT = 1205;
const RECORD_CHANGED = 1020;
const DUPLICATE_KEY = 1062;

/**
 * Has transactions end by the driver alone: around that statement Sequelize does more than short ones do in all. None is begun: on
 * these connections the next statement after an end begins one.
 */
export function endByDriver(sequelize: Sequelize): void {
  const end = (sql: 'COMMIT' | 'ROLLBACK') => (transaction: Transaction) => {
    Object.assign(transaction, { finished: sql.toLowerCase() });
    return byDriver('query', { sql, values: [] }, { sequelize, transaction });
  };
  Object.assign(sequelize.getQueryInterface(), {
    startTransaction: () => Promise.resolve(),
    commitTransaction: end('COMMIT'),
    rollbackTransaction: end('ROLLBACK'),
  });
}

/** The server's error number, however deep the driver's error is wrapped. */
export function errorNumberOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { errno, parent, original } = error as { errno?: unknown; parent?: unknown; original?: unknown };
  return typeof errno === 'number' ? errno : (errorNumberOf(parent) ?? errorNumberOf(original));
}

/** Whether a unique key refused the row. */
export const isDuplicateKey = (error: unknown): boolean => errorNumberOf(error) === DUPLICATE_KEY;

/** Runs `work` in one transaction; the whole of it again (three times at most) when the server chose it as deadlock victim. */
export async function inTransaction<T>(sequelize: Sequelize, work: (transaction: Transaction) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await sequelize.transaction(work);
    } catch (error) {
      const number = errorNumberOf(error);
      const again = number === DEADLOCK || number === LOCK_WAIT_TIMEOUT || number === RECORD_CHANGED;
      if (!again || attempt === ATTEMPTS) throw error;
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 20 * 2 ** attempt));
    }
  }
}

/** A database that is away or has no free connection is a 503 that may be tried again; other errors are left as they are. */
export function asUnavailable(error: unknown): AppError | undefined {
  const name = error instanceof Error ? error.name : '';
  const lost = /^Sequelize(Connection|HostNot|AccessDenied|InvalidConnection)/.test(name) || isLostConnection(error);
  if (!lost) return undefined;
  return new AppError('UNAVAILABLE', 'The database cannot be reached at the moment', {
    cause: error,
    retryAfter: 1,
    hint: 'Send the same request again, with the same Idempotency-Key where there is one',
  });
}

function isLostConnection(error: unknown): boolean {
  // Sequelize wraps what the driver says; statements that go by the driver alone fail with that itself.
  const { parent, fatal, code } = (error ?? {}) as { parent?: { code?: unknown }; fatal?: boolean; code?: unknown };
  const lost = fatal ? code : parent?.code;
  return (
    typeof lost === 'string' &&
    /^(PROTOCOL_CONNECTION_LOST|ECONN(RESET|REFUSED)|EPIPE|ETIMEDOUT|ER_SERVER_SHUTDOWN|ER_OPTION_PREVENTS_STATEMENT)$/.test(lost)
  );
}
