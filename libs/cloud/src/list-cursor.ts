/** A provider's page token bound to the prefix it was made for, so that it cannot be used for another listing. */
export function encodeCursor(prefix: string, token: string): string {
  return Buffer.from(JSON.stringify([prefix, token])).toString('base64url');
}

/** The provider's token, or undefined when the cursor is not one of ours for this prefix. */
export function decodeCursor(prefix: string, cursor: string): string | undefined {
  try {
    const [madeFor, token] = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as [unknown, unknown];
    return madeFor === prefix && typeof token === 'string' ? token : undefined;
  } catch {
    return undefined;
  }
}
