import { Secrets } from './secrets';

/** What every connection has, whatever its cloud; the rest is in the schema beside each class. */
export interface Connection {
  /** Folder that the user's keys never leave. */
  prefix?: string;
}

/** A connection with what the factory knows of its provider. */
export interface Registration<C extends Connection = Connection> {
  provider: string;
  connection: C;
  secretFields: readonly string[];
}

/** The values of a connection that no message may show. */
export function secretsOf({ connection, secretFields }: Registration): Secrets {
  const values = Object.entries(connection).filter(([field, value]) => secretFields.includes(field) && typeof value === 'string');
  return new Secrets(values.map(([, value]) => value as string));
}
