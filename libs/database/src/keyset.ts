import { AppError } from '@polycloud/contracts';
import { Op, type Order, type WhereOperators } from 'sequelize';

/** A cursor is the id of the last row of a page (ids are sortable by time), wrapped so that clients do not build their own. */
export const encodeCursor = (lastId: string): string => Buffer.from(lastId.replaceAll('-', ''), 'hex').toString('base64url');

/** The id in a cursor; VALIDATION_FAILED when it is not one of ours. */
export function decodeCursor(cursor: string): string {
  const hex = Buffer.from(cursor, 'base64url').toString('hex');
  if (hex.length !== 32 || hex[12] !== '7' || encodeCursor(hex) !== cursor) {
    throw new AppError('VALIDATION_FAILED', 'The cursor is not one that this list gave', {
      errors: [{ field: 'query.cursor', message: 'take nextCursor of the page before, unchanged' }],
    });
  }
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** Cuts `limit + 1` rows into a page and the cursor of the next one. */
export function pageOfRows<T>(rows: T[], limit: number, idOf: (row: T) => string): { rows: T[]; nextCursor: string | null } {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return { rows: page, nextCursor: rows.length > limit && last !== undefined ? encodeCursor(idOf(last)) : null };
}

/** The id that pages are cut by, and the cursor of the page before. */
export interface LastSeen {
  name: string;
  cursor: string | undefined;
}

/** What a query of one page asks for, besides its limit. */
export interface KeysetPage {
  where: Record<string, WhereOperators>;
  order: Order;
}

/**
 * Conditions and order of a page, newest first, of the rows that have these values: `prefix` in the order of an index that ends in
 * the id. Each value is asked for as a range of one, and ordered by: from an equality the server may conclude that it can walk
 * back from the newest row of all, past everybody else's. In two comparisons: of BETWEEN it makes an equality, and then sorts all
 * the rows that have the value.
 */
export function pageBefore(prefix: Record<string, string | number | undefined>, { name, cursor }: LastSeen): KeysetPage {
  const set = Object.entries(prefix).flatMap(([column, value]) => (value === undefined ? [] : [{ column, value }]));
  const where = Object.fromEntries(
    set.map(({ column, value }): [string, WhereOperators] => [column, { [Op.gte]: value, [Op.lte]: value }]),
  );
  if (cursor !== undefined) where[name] = { [Op.lt]: decodeCursor(cursor) };
  return { where, order: [...set.map(({ column }) => column), name].map((column): [string, string] => [column, 'DESC']) };
}

/** The same page in SQL, with columns for names: conditions and order as text, and the values of its placeholders. */
export function sqlPageBefore(
  prefix: Record<string, string | number | undefined>,
  { name, cursor }: LastSeen,
): { where: string; order: string; values: (string | number)[] } {
  const set = Object.entries(prefix).flatMap(([column, value]) => (value === undefined ? [] : [{ column, value }]));
  const where = set.map(({ column }) => `${column} >= ? AND ${column} <= ?`);
  const values = set.flatMap(({ value }) => [value, value]);
  if (cursor !== undefined) {
    where.push(`${name} < ?`);
    values.push(decodeCursor(cursor));
  }
  const order = [...set.map(({ column }) => column), name].map((column) => `${column} DESC`).join(', ');
  return { where: where.join(' AND '), order, values };
}
