import { createHash } from 'node:crypto';
import type { ObjectInfo } from '@polycloud/cloud';
import { AppError } from '@polycloud/contracts';

type Version = Pick<ObjectInfo, 'key' | 'version'>;

/** A cursor is the number of the row to go on with, bound to the version of the dataset that it was counted in. */
export const encodeRowCursor = (row: number, version: Version): string =>
  Buffer.from(JSON.stringify([row, sealOf(version)])).toString('base64url');

/** The row in a cursor; VALIDATION_FAILED when it is not one of ours, or the dataset has changed since. */
export function decodeRowCursor(cursor: string, version: Version): number {
  const [row, seal] = parse(cursor);
  if (!Number.isSafeInteger(row) || (row as number) < 0) throw wrongCursor('take nextCursor of the page before, unchanged');
  if (seal !== sealOf(version)) throw wrongCursor('the dataset has changed since, or is another: start again without a cursor');
  return row as number;
}

const sealOf = ({ key, version }: Version) =>
  createHash('sha256')
    .update(JSON.stringify([key, version]))
    .digest('base64url')
    .slice(0, 16);

function parse(cursor: string): unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

const wrongCursor = (message: string) =>
  new AppError('VALIDATION_FAILED', 'The cursor does not lead on', { errors: [{ field: 'query.cursor', message }] });
