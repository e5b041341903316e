import { QueryTypes, type Sequelize } from 'sequelize';

/** A sealed text of a row: which column, whose, and the text. */
interface SealedText {
  column: SealedColumn;
  id: string;
  sealed: string;
}

const COLUMNS = {
  settings: { table: 'users', key: 'id', column: 'sealed_settings' },
  connection: { table: 'cloud_registrations', key: 'user_id', column: 'sealed_connection' },
  privateKey: { table: 'signing_keys', key: 'kid', column: 'sealed_private_key' },
} as const;

export type SealedColumn = keyof typeof COLUMNS;
export const sealedColumns = Object.keys(COLUMNS) as SealedColumn[];

/** Whatever the schema keeps sealed for long, to be sealed again with another key. */
export class SealedTextDao {
  constructor(private readonly sequelize: Sequelize) {}

  /** The next texts, after that id, that do not begin with `head`. */
  async outdated(name: SealedColumn, head: string, after: string): Promise<SealedText[]> {
    const { table, key, column } = COLUMNS[name];
    const rows = await this.sequelize.query<{ id: string; sealed: string }>(
      `SELECT ${key} AS id, ${column} AS sealed FROM ${table} WHERE ${key} > ? AND LEFT(${column}, ?) <> CAST(? AS BINARY) ORDER BY ${key} LIMIT 200`,
      { replacements: [after, head.length, head], type: QueryTypes.SELECT },
    );
    return rows.map((row) => ({ ...row, column: name }));
  }

  /** Puts the new text in the place of the old one, unless that has been changed meanwhile. */
  async replace({ column: name, id, sealed }: SealedText, fresh: string): Promise<void> {
    const { table, key, column } = COLUMNS[name];
    await this.sequelize.query(`UPDATE ${table} SET ${column} = ? WHERE ${key} = ? AND ${column} = CAST(? AS BINARY)`, {
      replacements: [fresh, id, sealed],
      type: QueryTypes.UPDATE,
    });
  }
}
