import type { ModelRecord } from '@polycloud/cloud';

/** A JSON number; no leading zero, so that a postal code stays a text. */
const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

/** A row as a model wants it: CSV knows only texts, so numbers, booleans and nothing are told from them. */
export const modelRecordOf = (fields: ModelRecord): ModelRecord =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, typeof value === 'string' ? valueOf(value) : value]));

function valueOf(text: string): string | number | boolean | null {
  if (text === '') return null;
  if (text === 'true' || text === 'false') return text === 'true';
  const number = NUMBER.test(text) ? Number(text) : NaN;
  // A long id would lose digits as a number.
  const exact = Number.isFinite(number) && (Number.isSafeInteger(number) || !Number.isInteger(number));
  return exact ? number : text;
}
