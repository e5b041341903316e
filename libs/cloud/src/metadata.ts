/** A writer's own notes on an object: text by name, the names in lower case. */
export type Metadata = Readonly<Record<string, string>>;

const NAME = /^[a-z][a-z0-9_]{0,63}$/;
/** Printable ASCII; headers carry it, which lose blanks at either end. */
const VALUE = /^[!-~]([ -~]{0,1022}[!-~])?$/;
const MOST_CHARACTERS = 2048;

/** Under the names that every cloud gives back. */
export const withLowerNames = (metadata: Readonly<Record<string, unknown>> = {}): Metadata =>
  Object.fromEntries(Object.entries(metadata).map(([name, value]) => [name.toLowerCase(), String(value)]));

/** Why notes cannot be kept on every cloud, or undefined when they can. */
export function metadataDefect(metadata: Metadata = {}): string | undefined {
  const names = Object.keys(metadata).map((name) => name.toLowerCase());
  const values: unknown[] = Object.values(metadata);
  if (!names.every((name) => NAME.test(name))) return 'metadata has a name that is not a letter, then letters, digits and _';
  if (new Set(names).size < names.length) return 'metadata has names that differ only in case';
  if (!values.every((value) => typeof value === 'string' && VALUE.test(value)))
    return 'metadata has a value that is not 1-1024 printable ASCII characters';
  return [...names, ...values].join('').length > MOST_CHARACTERS
    ? `metadata is longer than ${MOST_CHARACTERS} characters`
    : undefined;
}
