import { v7 } from 'uuid';

const ACCEPTED = /^[A-Za-z0-9._-]{1,128}$/;

/** The caller's own request id when it is 1 to 128 characters of `A-Za-z0-9._-`, otherwise a new UUID v7. */
export const requestIdOf = (header: string | string[] | undefined): string =>
  typeof header === 'string' && ACCEPTED.test(header) ? header : v7();

/** A new id: UUID v7, sortable by time. */
export const newId = (): string => v7();
