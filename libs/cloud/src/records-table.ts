import type { ModelRecord } from './batches';

/** The columns of all records, in order of first appearance, and one row for each; null where a record lacks a column. */
export function tabulate(records: readonly ModelRecord[]): { columns: string[]; rows: unknown[][] } {
  const columns = [...new Set(records.flatMap((record) => Object.keys(record)))];
  return { columns, rows: records.map((record) => columns.map((column) => record[column] ?? null)) };
}
