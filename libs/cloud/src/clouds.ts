import { AwsCloud } from './adapters/aws-cloud';
import { AzureCloud } from './adapters/azure-cloud';
import { GoogleCloud } from './adapters/google-cloud';
import { IbmCloud } from './adapters/ibm-cloud';
import { S3CompatibleCloud } from './adapters/s3compatible-cloud';
import type { CloudAdapter } from './cloud-adapter';
import type { Registration } from './connection';
import type { Provider } from './connection-schemas';
import type { CloudDeps } from './deps';

/** One provider: how its adapter is made, and which addresses are its own, so that no operator needs to allow them. */
interface Cloud {
  open(registration: Registration, deps: CloudDeps): Promise<CloudAdapter>;
  owns(address: string): boolean;
}

/** An https address of the provider, on its usual port and without credentials. */
const httpsOn =
  (host?: RegExp) =>
  (address: string): boolean => {
    const { protocol, hostname, port, username, password } = new URL(address);
    return !!host?.test(hostname) && protocol === 'https:' && !port && !username && !password;
  };

// The factory has validated the connection against the schema of the same row, so each class gets the type it declares.
const row = <C extends Registration['connection']>(
  cloud: { open(registration: Registration<C>, deps: CloudDeps): Promise<CloudAdapter> },
  ownHosts?: RegExp,
): Cloud => ({
  open: (registration, deps) => cloud.open(registration as Registration<C>, deps),
  owns: httpsOn(ownHosts),
});

/** A new cloud is a row here, a schema of its connection, and one class in adapters/. */
export const clouds: Readonly<Record<Provider, Cloud>> = {
  AWS: row(AwsCloud, /^(runtime|api)\.sagemaker\.[a-z0-9-]+\.amazonaws\.com$/),
  AZURE: row(AzureCloud, /^[a-z0-9-]+\.[a-z0-9-]+\.inference\.ml\.azure\.com$/),
  GOOGLE: row(GoogleCloud, /^([a-z0-9-]+-)?aiplatform\.googleapis\.com$|\.prediction\.vertexai\.goog$/),
  IBM: row(IbmCloud, /^[a-z0-9-]+\.ml\.cloud\.ibm\.com$/),
  S3COMPATIBLE: row(S3CompatibleCloud),
};
