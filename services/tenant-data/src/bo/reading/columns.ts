import { AppError } from '@polycloud/contracts';

type Fields = Record<string, unknown>;

/** The columns that a client chose, in his order; undefined when he wants all. */
export const chosenColumns = (text: string | undefined): string[] | undefined =>
  text === undefined ? undefined : [...new Set(text.split(','))];

/** The chosen fields of a row; one that the row lacks is null. */
export const pick = (fields: Fields, columns: readonly string[] | undefined): Fields =>
  columns ? Object.fromEntries(columns.map((name) => [name, Object.hasOwn(fields, name) ? fields[name] : null])) : fields;

/** VALIDATION_FAILED when a chosen column is not in the header; where rows have no header, any may be chosen. */
export function requireKnown(chosen: readonly string[] | undefined, header: readonly string[] | undefined): void {
  const unknown = header ? (chosen ?? []).filter((name) => !header.includes(name)) : [];
  if (unknown.length === 0) return;
  const message = `${unknown.map((name) => `"${name}"`).join(', ')}: no such column; there are ${header?.join(', ') ?? 'none'}`;
  throw new AppError('VALIDATION_FAILED', 'A chosen column does not exist', { errors: [{ field: 'query.columns', message }] });
}
