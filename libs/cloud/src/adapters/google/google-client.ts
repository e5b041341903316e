import { createPrivateKey } from 'node:crypto';
import type { Bucket, Storage, StorageOptions } from '@google-cloud/storage' with { 'resolution-mode': 'import' };
import { type Infer, record } from '@polycloud/contracts';
import Joi from 'joi';
import { CloudError } from '../../cloud-error';
import { bucket, common, inferenceEndpoint, name, region, secret } from '../../connection-fields';
import { selfSignedToken } from './self-signed-token';

export const googleConnection = record(
  {
    projectId: name(/^[a-z][a-z0-9-]{4,62}$/, 'Project'),
    bucket,
    clientEmail: Joi.string<string>().email({ tlds: false }).description('E-mail address of the service account'),
    privateKey: secret('Private key of the service account, PEM').max(8192),
  },
  { location: region('Region of Vertex AI, such as europe-west4'), ...common, inferenceEndpoint },
).description('Google Cloud Storage and Vertex AI');
export type GoogleConnection = Infer<typeof googleConnection>;

/** The Storage SDK, opened for one connection. */
export interface GoogleSdk {
  bucket: Bucket;
  /** Tries the chunks of a stream more than once; the call runner cannot repeat a stream. */
  chunks: Bucket;
}

/** The key as PEM; people paste it as the JSON file shows it, with `\n` written out. */
export function privateKeyOf({ privateKey }: GoogleConnection): string {
  const pem = privateKey.replace(/\\n/g, '\n');
  try {
    createPrivateKey(pem);
    return pem;
  } catch {
    throw new CloudError('InvalidArgument', 'privateKey is not a private key in PEM form', {
      provider: 'GOOGLE',
      operation: 'open',
    });
  }
}

type Intercept = Storage['interceptors'][number]['request'];

const withToken =
  (token: () => string): Intercept =>
  (request) =>
    ({ ...request, headers: { ...request.headers, authorization: `Bearer ${token()}` } }) as ReturnType<Intercept>;

/** Loads the SDK, only when the first user of Google needs it. */
export async function openGoogle(connection: GoogleConnection, timeoutMs: number): Promise<GoogleSdk> {
  const sdk = await import('@google-cloud/storage');
  const { bucket, clientEmail, projectId, endpoint } = connection;
  const privateKey = privateKeyOf(connection);
  const options: StorageOptions = {
    projectId,
    credentials: { client_email: clientEmail, private_key: privateKey },
    apiEndpoint: endpoint,
    useAuthWithCustomEndpoint: true,
    timeout: timeoutMs,
  };
  const open = (retryOptions: StorageOptions['retryOptions']) => {
    const storage = new sdk.Storage({ ...options, retryOptions });
    // The service account signs its own token: no request to a token service, and none leaves for a custom endpoint.
    storage.authClient.useJWTAccessWithScope = true;
    // At a custom endpoint the SDK leaves the token out of what opens an upload in chunks.
    if (endpoint) storage.interceptors.push({ request: withToken(() => selfSignedToken(clientEmail, privateKey, endpoint)) });
    return storage.bucket(bucket);
  };
  return {
    bucket: open({ autoRetry: false, maxRetries: 0 }),
    chunks: open({ autoRetry: true, maxRetries: 2, idempotencyStrategy: sdk.IdempotencyStrategy.RetryAlways }),
  };
}
