import type { Provider } from '@polycloud/contracts';
import type { CloudAdapter } from './cloud-adapter';
import { CloudError } from './cloud-error';
import { clouds } from './clouds';
import type { Connection } from './connection';
import { withDefaults, type CloudDeps } from './deps';
import { endpointDefect } from './endpoints';

/** Makes the adapter of a user's cloud; the provider's SDK is loaded when its first user comes. */
export const CloudFactory = {
  /** Ids that `for` takes. */
  providers: Object.keys(clouds) as Provider[],

  /**
   * The adapter for a registered cloud; no request is made yet. InvalidArgument names every wrong field of the connection,
   * never a value, and any address that the operator does not allow.
   */
  async for(provider: string, connection: unknown, deps?: Partial<CloudDeps>): Promise<CloudAdapter> {
    const parts = withDefaults(deps);
    const id = requireProvider(provider);
    const valid = requireConnection(id, connection);
    requireAllowedAddresses(id, valid, parts.allowedEndpoints);
    return clouds[id].open({ provider: id, connection: valid, secretFields: clouds[id].secrets }, parts);
  },
} as const;

const invalid = (provider: string, message: string) =>
  new CloudError('InvalidArgument', message, { provider, operation: 'open' });

function requireProvider(provider: string): Provider {
  if (Object.hasOwn(clouds, provider)) return provider as Provider;
  throw invalid(provider, `Unknown cloud; one of ${CloudFactory.providers.join(', ')} is supported`);
}

function requireConnection(provider: Provider, connection: unknown): Connection {
  const checked = clouds[provider].connection.required().validate(connection, { abortEarly: false });
  if (!checked.error) return checked.value as Connection;
  // Not the message of Joi: it would quote what was given, and that may be a secret in the wrong field.
  const fields = checked.error.details.map(({ path, type }) => `${path.join('.') || 'connection'} (${type})`);
  throw invalid(provider, `The ${provider} connection is not valid: ${fields.join(', ')}`);
}

function requireAllowedAddresses(provider: Provider, connection: Connection, allowed: readonly string[]): void {
  const cloud = clouds[provider];
  for (const [field, value] of Object.entries(connection)) {
    if (!cloud.addresses.includes(field) || cloud.owns(String(value))) continue;
    const defect = endpointDefect(String(value), allowed);
    if (defect) throw invalid(provider, `${field} ${defect}`);
  }
}
