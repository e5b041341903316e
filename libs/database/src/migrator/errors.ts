/** A change that may not be applied, or could not be. The message names the file and how to mend it. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
}

/** `error`'s own message, without assuming that what was thrown is an Error. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
