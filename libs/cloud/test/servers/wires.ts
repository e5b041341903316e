import { generateKeyPairSync } from 'node:crypto';
import { CloudFactory, type CloudAdapter, type CloudDeps } from '@polycloud/cloud';
import type { Provider } from '@polycloud/contracts';
import { answer, json, startScripted, type Scripted, type Step } from './scripted';

/** What a storage says on the wire, for scripts of answers that no emulator gives. */
export interface Wire {
  provider: Provider;
  connection: (url: string) => object;
  /** A page of a listing without objects; with a token, more pages follow. */
  page: (token?: string) => Step;
  /** What the storage says to a request of its own making. */
  refusal: (status: number, code: string, headers?: Record<string, string>) => Step;
  /** Its status and code when it is asked too much, and when it takes the clock or the key to be wrong. */
  busy: [status: number, code: string];
  skewed: [status: number, code: string];
  stored: Step;
  requestIdHeader: string;
}

export const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});

const xmlRefusal: Wire['refusal'] = (status, code, headers) =>
  answer(status, `<Error><Code>${code}</Code><Message>No.</Message></Error>`, { 'content-type': 'application/xml', ...headers });

/** AWS and IBM share the class behind this one. */
const s3: Wire = {
  provider: 'S3COMPATIBLE',
  connection: (endpoint) => ({ bucket: 'data-bucket', accessKeyId: 'id', secretAccessKey: 'top secret', endpoint }),
  page: (token) =>
    answer(
      200,
      `<ListBucketResult><IsTruncated>${token !== undefined}</IsTruncated>${token ? `<NextContinuationToken>${token}</NextContinuationToken>` : ''}</ListBucketResult>`,
    ),
  refusal: xmlRefusal,
  busy: [503, 'SlowDown'],
  skewed: [403, 'RequestTimeTooSkewed'],
  stored: answer(200, '', { etag: '"1"' }),
  requestIdHeader: 'x-amz-request-id',
};

const azure: Wire = {
  provider: 'AZURE',
  connection: (endpoint) => ({ accountName: 'account', accountKey: 'a2V5', container: 'data', endpoint }),
  page: (token = '') =>
    answer(200, `<EnumerationResults><Blobs/><NextMarker>${token}</NextMarker></EnumerationResults>`, {
      'content-type': 'application/xml',
    }),
  refusal: (status, code, headers) => xmlRefusal(status, code, { 'x-ms-error-code': code, ...headers }),
  busy: [503, 'ServerBusy'],
  skewed: [403, 'AuthenticationFailed'],
  stored: answer(201, '', { etag: '"1"', 'last-modified': 'Sat, 21 Nov 2026 10:00:00 GMT' }),
  requestIdHeader: 'x-ms-request-id',
};

const google: Wire = {
  provider: 'GOOGLE',
  connection: (endpoint) => ({
    ...{ projectId: 'project', bucket: 'data-bucket', clientEmail: 'a@b.iam.gserviceaccount.com', privateKey, endpoint },
  }),
  page: (nextPageToken) => json({ kind: 'storage#objects', nextPageToken }),
  refusal: (code, reason, headers) =>
    answer(code, JSON.stringify({ error: { code, message: 'No.', errors: [{ reason, message: 'No.', domain: 'global' }] } }), {
      'content-type': 'application/json',
      ...headers,
    }),
  busy: [429, 'rateLimitExceeded'],
  skewed: [401, 'authError'],
  stored: json({ kind: 'storage#object', generation: '1', updated: '2026-11-21T10:00:00.000Z' }),
  requestIdHeader: 'x-guploader-uploadid',
};

export const wires: Wire[] = [s3, azure, google];

export interface Faulty {
  server: Scripted;
  cloud: CloudAdapter;
  /** Milliseconds of each wait between two tries; none is really waited for. */
  pauses: number[];
  close(): Promise<void>;
}

/** An adapter whose cloud answers with the given steps. */
export async function openFaulty(
  wire: Pick<Wire, 'provider' | 'connection'>,
  steps: Step[],
  deps: Partial<CloudDeps> = {},
): Promise<Faulty> {
  const server = await startScripted(...steps);
  const pauses: number[] = [];
  const cloud = await CloudFactory.for(wire.provider, wire.connection(server.url), {
    allowedEndpoints: [server.host],
    random: () => 0.5,
    sleep: (milliseconds) => Promise.resolve(void pauses.push(milliseconds)),
    ...deps,
  });
  const close = async () => {
    await cloud.close();
    await server.stop();
  };
  return { server, cloud, pauses, close };
}
