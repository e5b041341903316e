import type { Sequelize, Transaction } from 'sequelize';

type Done = (error: Error | null, rows: unknown) => void;

/** What is used of a driver's connection. */
interface Connection {
  /** Sends the values beside a statement that the server has parsed before. */
  execute(sql: string, values: unknown[], done: Done): void;
  /** Writes the values into the text. */
  query(sql: string, values: unknown[], done: Done): void;
}

interface Connections {
  getConnection(): Promise<Connection>;
  releaseConnection(connection: Connection): void;
}

/**
 * Runs one statement by the driver alone, without what Sequelize does around a query: on the transaction's connection, or on one
 * of the pool. Rejects as the driver does.
 */
export async function byDriver<T>(
  how: 'execute' | 'query',
  statement: { sql: string; values: unknown[] },
  { sequelize, transaction }: { sequelize: Sequelize; transaction?: Transaction | undefined },
): Promise<T> {
  const held = (transaction as { connection?: Connection } | undefined)?.connection;
  const connections = (sequelize as unknown as { connectionManager: Connections }).connectionManager;
  const connection = held ?? (await connections.getConnection());
  try {
    return await new Promise<T>((resolve, reject) =>
      connection[how](statement.sql, statement.values, (error, rows) => (error ? reject(error) : resolve(rows as T))),
    );
  } finally {
    if (!held) connections.releaseConnection(connection);
  }
}
