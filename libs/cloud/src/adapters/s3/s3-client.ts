import type { PutObjectCommandInput, S3 } from '@aws-sdk/client-s3';
import { bucket, type common, region, secret, text } from '../../connection-fields';
import type { PresignRequest } from '../../objects';
import { GOOD_SECONDS, type HeadFields, QuickHead } from './quick-head';

/** What every S3 cloud must know of a user. */
export const s3Login = {
  region: region('Region of the bucket, such as eu-central-1'),
  bucket,
  accessKeyId: text('Access key id'),
  secretAccessKey: secret('Secret access key'),
};
export const sessionToken = secret('Session token of temporary credentials');

/** The connection of an S3 cloud has these fields, and others of its own. */
export type S3Connection = Record<keyof typeof s3Login, string> & Partial<Record<'sessionToken' | keyof typeof common, string>>;

const CONNECT_TIMEOUT_MS = 5_000;
const PART_BYTES = 8 * 1024 * 1024;

/** The S3 SDK, opened for one connection. */
export interface S3Sdk {
  client: S3;
  /** Sends a stream in parts, at most a few of them in memory; a failed one leaves no object. */
  upload(input: PutObjectCommandInput, signal: AbortSignal): Promise<{ ETag?: string }>;
  sign(request: PresignRequest): Promise<string>;
  /** What HEAD says of an object, quickly; undefined when the client itself has to be asked. */
  quickHead(key: string, signal: AbortSignal): Promise<HeadFields | undefined>;
  close(): void;
}

function clientConfig({ region, bucket, endpoint, accessKeyId, secretAccessKey, sessionToken }: S3Connection) {
  return {
    region,
    endpoint,
    // Servers with an address of their own have no host name for each bucket, and a dot breaks TLS for one.
    forcePathStyle: endpoint !== undefined || bucket.includes('.'),
    credentials: { accessKeyId, secretAccessKey, sessionToken },
    // Otherwise a presigned PUT carries the checksum of an empty body, and streams a framing that some servers store.
    requestChecksumCalculation: 'WHEN_REQUIRED' as const,
    responseChecksumValidation: 'WHEN_REQUIRED' as const,
  };
}

/** Loads the SDK, only when the first user of an S3 cloud needs it. */
export async function openS3(connection: S3Connection): Promise<S3Sdk> {
  const [{ S3, GetObjectCommand, HeadObjectCommand, PutObjectCommand }, { getSignedUrl }, { Upload }] = await Promise.all([
    import('@aws-sdk/client-s3'),
    import('@aws-sdk/s3-request-presigner'),
    import('@aws-sdk/lib-storage'),
  ]);
  const config = clientConfig(connection);
  const requestHandler = { connectionTimeout: CONNECT_TIMEOUT_MS };
  // Retries are the call runner's; only the parts of a stream, which it cannot repeat, are the SDK's.
  const client = new S3({ ...config, requestHandler, maxAttempts: 1 });
  const partClient = new S3({ ...config, requestHandler: client.config.requestHandler, maxAttempts: 3 });
  const { bucket: Bucket } = connection;
  const heads = new QuickHead(client.config.requestHandler, (Key) =>
    getSignedUrl(client, new HeadObjectCommand({ Bucket, Key }), { expiresIn: GOOD_SECONDS }),
  );
  return {
    client,
    async upload(params, signal) {
      const upload = new Upload({ client: partClient, params, partSize: PART_BYTES, queueSize: 2 });
      const abort = () => void upload.abort();
      signal.addEventListener('abort', abort, { once: true });
      return upload.done().finally(() => signal.removeEventListener('abort', abort));
    },
    quickHead: (key, signal) => heads.ask(key, signal),
    sign({ method, key, contentType, expiresInSeconds }) {
      const target = { Bucket, Key: key };
      const command =
        method === 'GET' ? new GetObjectCommand(target) : new PutObjectCommand({ ...target, ContentType: contentType });
      // Without this the content type would be a suggestion.
      return getSignedUrl(client, command, { expiresIn: expiresInSeconds, signableHeaders: new Set(['content-type']) });
    },
    close() {
      client.destroy();
      partClient.destroy();
    },
  };
}
