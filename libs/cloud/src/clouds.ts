import type { Provider } from '@polycloud/contracts';
import type Joi from 'joi';
import { AwsCloud, awsConnection } from './adapters/aws-cloud';
import { AzureCloud } from './adapters/azure-cloud';
import { azureConnection } from './adapters/azure/azure-client';
import { GoogleCloud } from './adapters/google-cloud';
import { googleConnection } from './adapters/google/google-client';
import { IbmCloud, ibmConnection } from './adapters/ibm-cloud';
import { S3CompatibleCloud, s3CompatibleConnection } from './adapters/s3compatible-cloud';
import type { CloudAdapter } from './cloud-adapter';
import type { Connection, Registration } from './connection';
import type { CloudDeps } from './deps';

/** What is offered of one provider. */
interface Cloud {
  /** For people. */
  name: string;
  /** What a user must tell; can be published as JSON Schema. */
  connection: Joi.ObjectSchema;
  /** Fields of the connection that are stored encrypted and never shown. */
  secrets: readonly string[];
  /** Makes the adapter for a connection that has been validated. */
  open(registration: Registration, deps: CloudDeps): Promise<CloudAdapter>;
  /** Whether an address is the provider's own, so that no operator needs to allow it. */
  owns(address: string): boolean;
}

/** The same with what only the class of the provider knows. */
interface Row<C extends Connection> extends Pick<Cloud, 'name'> {
  adapter: { open(registration: Registration<C>, deps: CloudDeps): Promise<CloudAdapter> };
  connection: Joi.ObjectSchema<C>;
  secrets: (keyof C & string)[];
  /** Hosts of its machine-learning service. */
  hosts?: RegExp;
}

/** An https address on one of these hosts, on its usual port and without credentials. */
function isHttpsOn(hosts: RegExp | undefined, address: string): boolean {
  const { protocol, hostname, port, username, password } = new URL(address);
  return !!hosts?.test(hostname) && protocol === 'https:' && !port && !username && !password;
}

const row = <C extends Connection>({ adapter, hosts, ...offer }: Row<C>): Cloud => ({
  ...offer,
  open: (registration, deps) => adapter.open(registration as Registration<C>, deps),
  owns: (address) => isHttpsOn(hosts, address),
});

/** The clouds that are offered: a new one is a row here and one class in adapters/. */
export const clouds: Readonly<Record<Provider, Cloud>> = {
  AWS: row({
    name: 'Amazon Web Services',
    adapter: AwsCloud,
    connection: awsConnection,
    secrets: ['secretAccessKey', 'sessionToken'],
    hosts: /^(runtime|api)\.sagemaker\.[a-z0-9-]+\.amazonaws\.com$/,
  }),
  AZURE: row({
    name: 'Microsoft Azure',
    adapter: AzureCloud,
    connection: azureConnection,
    secrets: ['accountKey', 'scoringKey'],
    hosts: /^[a-z0-9-]+\.[a-z0-9-]+\.inference\.ml\.azure\.com$/,
  }),
  GOOGLE: row({
    name: 'Google Cloud',
    adapter: GoogleCloud,
    connection: googleConnection,
    secrets: ['privateKey'],
    hosts: /^([a-z0-9-]+-)?aiplatform\.googleapis\.com$|\.prediction\.vertexai\.goog$/,
  }),
  IBM: row({
    name: 'IBM Cloud',
    adapter: IbmCloud,
    connection: ibmConnection,
    secrets: ['secretAccessKey', 'apiKey'],
    hosts: /^[a-z0-9-]+\.ml\.cloud\.ibm\.com$/,
  }),
  S3COMPATIBLE: row({
    name: 'Any S3-compatible storage',
    adapter: S3CompatibleCloud,
    connection: s3CompatibleConnection,
    secrets: ['secretAccessKey', 'sessionToken'],
  }),
};
