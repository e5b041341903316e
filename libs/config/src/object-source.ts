import type { S3Client } from '@aws-sdk/client-s3';
import { ConfigError, type Environment } from './environment';
import { type Copy, LastGoodCopy } from './last-good-copy';

const LARGEST_BYTES = 256 * 1024;
const ANSWER_MS = 3_000;
const CONNECT_MS = 1_000;
/** Answers that say "later", not "never". */
const PASSING = [408, 429];

interface ObjectSource {
  /** `s3://bucket/key`. */
  address: string;
  region: string;
  /** Other address of S3, for an emulator. */
  endpoint?: string | undefined;
  /** Folder of the last good copy. */
  cache: string;
}

interface ObjectValues {
  values: Environment;
  /** Set when S3 was away and the last good copy stands in. */
  warning?: string;
}

/**
 * The settings in an S3 object: a JSON object, name to value. Asked for by ETag, so an unchanged object is not read
 * again; while S3 is away the last good copy serves. Throws ConfigError when S3 says that there is no such object for
 * us, when it is no JSON object, or when S3 is away and there is no copy.
 */
export async function readObject(source: ObjectSource): Promise<ObjectValues> {
  const kept = new LastGoodCopy(source.cache, source.address);
  const copy = kept.read();
  try {
    const { etag, text } = await download(source, copy);
    const values = parseValues(text, source.address);
    return { values, ...notice(kept.write({ etag, text })) };
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    const { name, $metadata } = error as { name?: string; $metadata?: { httpStatusCode?: number } };
    const status = $metadata?.httpStatusCode ?? 0;
    if (status === 304 && copy) return { values: parseValues(copy.text, source.address) };
    const reason = `${source.address} cannot be read (${status >= 400 ? `${status} ` : ''}${name ?? 'no answer'})`;
    const final = status >= 400 && status < 500 && !PASSING.includes(status);
    if (final || !copy) throw new ConfigError(`CONFIG_SOURCE: ${reason}`);
    return { values: parseValues(copy.text, source.address), warning: `${reason}; the last good copy serves` };
  }
}

const notice = (warning?: string) => (warning === undefined ? {} : { warning });

async function download({ address, region, endpoint }: ObjectSource, copy?: Copy): Promise<Copy> {
  const { GetObjectCommand, S3Client } = await import('@aws-sdk/client-s3');
  const client: S3Client = new S3Client({
    region,
    maxAttempts: 3,
    requestHandler: { requestTimeout: ANSWER_MS, connectionTimeout: CONNECT_MS },
    ...(endpoint && { endpoint, forcePathStyle: true }),
  });
  try {
    const { bucket, key } = partsOf(address);
    const object = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key, ...(copy && { IfNoneMatch: copy.etag }) }));
    if ((object.ContentLength ?? 0) > LARGEST_BYTES)
      throw new ConfigError(`CONFIG_SOURCE: ${address} is larger than ${LARGEST_BYTES} bytes`);
    return { etag: object.ETag ?? '', text: (await object.Body?.transformToString()) ?? '' };
  } finally {
    client.destroy();
  }
}

function partsOf(address: string): { bucket: string; key: string } {
  const { hostname, pathname } = new URL(address);
  return { bucket: hostname, key: decodeURIComponent(pathname.slice(1)) };
}

/** Numbers and booleans become their text, lists and objects their JSON, as they would stand in the environment. */
function parseValues(text: string, address: string): Environment {
  try {
    const parsed: unknown = JSON.parse(text);
    if (parsed === null || typeof parsed !== 'object' || Array.isArray(parsed)) throw new Error('no object');
    return Object.fromEntries(
      Object.entries(parsed).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
    );
  } catch {
    // The parser quotes the text, which may hold secrets.
    throw new ConfigError(`CONFIG_SOURCE: ${address} is not a JSON object of settings`);
  }
}
