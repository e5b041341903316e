import type Joi from 'joi';
import type { CloudAdapter } from './cloud-adapter';
import type { Connection, Registration } from './connection';
import { fieldsOf } from './connection-fields';
import type { CloudDeps } from './deps';

/** What is offered of one provider. */
export interface Offer {
  /** For people. */
  name: string;
  /** What a user must tell; can be published as JSON Schema. */
  connection: Joi.ObjectSchema;
  /** Fields of the connection that are stored encrypted and never shown. */
  secrets: readonly string[];
  /** Fields of the connection that hold an address: the provider's own or one that the operator allows. */
  addresses: readonly string[];
  /** Makes the adapter for a connection that has been validated. */
  open(registration: Registration, deps: CloudDeps): Promise<CloudAdapter>;
  /** Whether an address is the provider's own, so that no operator needs to allow it. */
  owns(address: string): boolean;
}

/** The same with what only the class of the provider knows. */
interface Provided<C extends Connection> extends Pick<Offer, 'name'> {
  adapter: { open(registration: Registration<C>, deps: CloudDeps): Promise<CloudAdapter> };
  connection: Joi.ObjectSchema<C>;
  /** Hosts of its machine-learning service. */
  hosts?: RegExp;
}

/** An https address on one of these hosts, on its usual port and without credentials. */
function isHttpsOn(hosts: RegExp | undefined, address: string): boolean {
  const { protocol, hostname, port, username, password } = new URL(address);
  return !!hosts?.test(hostname) && protocol === 'https:' && !port && !username && !password;
}

/** Offers a class of adapters; which fields are secret or addresses is told by what they were declared with. */
export const offer = <C extends Connection>({ name, adapter, connection, hosts }: Provided<C>): Offer => ({
  name,
  connection,
  secrets: fieldsOf(connection, 'secret'),
  addresses: fieldsOf(connection, 'address'),
  open: (registration, deps) => adapter.open(registration as Registration<C>, deps),
  owns: (address) => isHttpsOn(hosts, address),
});
