import type { Connection, RowDataPacket } from 'mysql2/promise';
import type { Change } from './change';
import { quoteName } from './sql';

/** The table in each schema that says which changes it has seen. */
export const RECORD_TABLE = 'schema_changes';

/** A change that was begun in a schema; `appliedAt` is null while it has not finished. */
export interface AppliedChange {
  name: string;
  checksum: string;
  appliedAt: Date | null;
}

/** The record of one schema. */
export class ChangeRecord {
  private readonly table: string;

  constructor(
    private readonly connection: Connection,
    database: string,
  ) {
    this.table = `${quoteName(database)}.${RECORD_TABLE}`;
  }

  async create(): Promise<void> {
    await this.connection.query(
      `CREATE TABLE IF NOT EXISTS ${this.table} (
         name VARCHAR(190) NOT NULL PRIMARY KEY,
         checksum CHAR(64) NOT NULL,
         applied_at DATETIME(3) NULL,
         duration_ms INT UNSIGNED NULL
       ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`,
    );
  }

  async exists(database: string): Promise<boolean> {
    const [rows] = await this.connection.query<RowDataPacket[]>(
      'SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?',
      [database, RECORD_TABLE],
    );
    return rows.length > 0;
  }

  async list(): Promise<AppliedChange[]> {
    const [rows] = await this.connection.query<RowDataPacket[]>(
      `SELECT name, checksum, applied_at AS appliedAt FROM ${this.table} ORDER BY name`,
    );
    return rows as AppliedChange[];
  }

  async begin({ name, checksum }: Change): Promise<void> {
    await this.connection.query(`INSERT INTO ${this.table} (name, checksum) VALUES (?, ?)`, [name, checksum]);
  }

  async finish({ name }: Change, durationMs: number): Promise<void> {
    await this.connection.query(`UPDATE ${this.table} SET applied_at = UTC_TIMESTAMP(3), duration_ms = ? WHERE name = ?`, [
      durationMs,
      name,
    ]);
  }

  async forget({ name }: Change): Promise<void> {
    await this.connection.query(`DELETE FROM ${this.table} WHERE name = ?`, [name]);
  }
}
