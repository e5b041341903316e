import type { Sequelize } from 'sequelize';

/** What is used of a driver's connection. */
interface Connection {
  execute(sql: string, values: unknown[], done: (error: Error | null, rows: unknown) => void): void;
}

interface Connections {
  getConnection(options: { type: 'SELECT' }): Promise<Connection>;
  releaseConnection(connection: Connection): void;
}

/**
 * The rows of a prepared SELECT, times as Date, by the columns' aliases. For the few reads that clients wait for most: the server
 * parses such a statement once a connection, and none of what Sequelize does around a query is done. Rejects as the driver does.
 */
export async function selectPrepared<Row>(sequelize: Sequelize, sql: string, values: (string | number)[]): Promise<Row[]> {
  const connections = (sequelize as unknown as { connectionManager: Connections }).connectionManager;
  const connection = await connections.getConnection({ type: 'SELECT' });
  try {
    return await new Promise<Row[]>((resolve, reject) =>
      connection.execute(sql, values, (error, rows) => (error ? reject(error) : resolve(rows as Row[]))),
    );
  } finally {
    connections.releaseConnection(connection);
  }
}
