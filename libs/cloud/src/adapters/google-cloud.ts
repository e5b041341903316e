import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { FileMetadata } from '@google-cloud/storage' with { 'resolution-mode': 'import' };
import { CloudAdapter } from '../cloud-adapter';
import type { Registration } from '../connection';
import type { CloudDeps } from '../deps';
import type { InferenceDriver } from '../inference-driver';
import { withLowerNames } from '../metadata';
import type { ObjectBody, PresignRequest, ReadRange, StoredInfo, WriteCondition } from '../objects';
import { offer } from '../offer';
import type { ProviderFailure } from '../provider-failure';
import type { DriverList, DriverObject, DriverPage, DriverWrite } from '../storage-driver';
import { TokenCache } from '../token-cache';
import { googleConnection, openGoogle, privateKeyOf, type GoogleConnection, type GoogleSdk } from './google/google-client';
import { openDownload, wholeSeconds } from './google/google-download';
import { googleFailure } from './google/google-errors';
import { selfSignedToken } from './google/self-signed-token';
import { VertexAi } from './google/vertex-ai';

/** A multiple of 256 KiB, as resumable uploads want it. */
const CHUNK_BYTES = 8 * 1024 * 1024;

const infoOf = ({ size, contentType, generation, updated, metadata }: FileMetadata): StoredInfo => ({
  size: Number(size ?? 0),
  contentType: contentType ?? 'application/octet-stream',
  version: String(generation ?? ''),
  updatedAt: wholeSeconds(updated),
  metadata: withLowerNames(metadata),
});

/** Generation 0 means that there is no object yet; a version that is no generation matches none. */
function precondition({ ifAbsent, ifVersion }: WriteCondition) {
  if (ifVersion === undefined) return ifAbsent ? { ifGenerationMatch: 0 } : {};
  if (!/^\d{1,20}$/.test(ifVersion)) throw Object.assign(new Error('the version is not of this cloud'), { code: 412 });
  return { ifGenerationMatch: ifVersion as unknown as number };
}

const TOKEN_LIFETIME_MS = 3_600_000;

/** Without a location there are no models; nor at Google's own address for whoever keeps his objects elsewhere. */
function openModels(connection: GoogleConnection, now: () => number): InferenceDriver | undefined {
  const { location, clientEmail, endpoint, inferenceEndpoint } = connection;
  if (!location || (endpoint && !inferenceEndpoint)) return undefined;
  const sign = () => selfSignedToken(clientEmail, privateKeyOf(connection), 'https://aiplatform.googleapis.com/');
  const tokens = new TokenCache(() => Promise.resolve({ value: sign(), expiresAt: now() + TOKEN_LIFETIME_MS }), now);
  return new VertexAi({ ...connection, location }, tokens);
}

/** Google: Cloud Storage and Vertex AI. */
export class GoogleCloud extends CloudAdapter {
  protected readonly inference: InferenceDriver | undefined;
  protected readonly storageTraits = { conditionalPut: true, presignContentType: true };

  constructor(
    registration: Registration<GoogleConnection>,
    deps: CloudDeps,
    private readonly google: GoogleSdk,
  ) {
    super(registration, deps);
    this.inference = openModels(registration.connection, deps.now);
  }

  static async open(registration: Registration<GoogleConnection>, deps: CloudDeps): Promise<GoogleCloud> {
    return new GoogleCloud(registration, deps, await openGoogle(registration.connection, deps.timeoutMs));
  }

  protected async listObjects({ prefix, delimiter, limit, token }: DriverList): Promise<DriverPage> {
    const query = { prefix, delimiter, maxResults: limit, pageToken: token, autoPaginate: false };
    const [files, next, answer] = await this.google.bucket.getFiles(query);
    const items = files.map(({ name, metadata }) => {
      const { size, contentType, updatedAt } = infoOf(metadata);
      return { key: name, size, contentType, updatedAt };
    });
    const { prefixes: folders } = answer as { prefixes?: string[] };
    return { items, folders, token: (next as { pageToken?: string } | null)?.pageToken };
  }

  protected async headObject(key: string): Promise<StoredInfo> {
    const [metadata] = await this.google.bucket.file(key).getMetadata();
    return infoOf(metadata);
  }

  protected openObject(key: string, range: ReadRange | undefined, signal: AbortSignal): Promise<DriverObject> {
    return openDownload(this.google.bucket.file(key), range, signal);
  }

  protected async putObject(
    key: string,
    body: ObjectBody,
    write: DriverWrite,
  ): Promise<Pick<StoredInfo, 'version' | 'updatedAt'>> {
    const whole = body instanceof Uint8Array;
    const file = (whole ? this.google.bucket : this.google.chunks).file(key);
    const sink = file.createWriteStream({
      contentType: write.contentType,
      metadata: { metadata: write.metadata },
      preconditionOpts: precondition(write),
      resumable: !whole,
      chunkSize: whole ? undefined : CHUNK_BYTES,
      // On a mismatch the SDK would delete the object, and with it a newer one; TLS guards the bytes.
      validation: false,
    });
    await pipeline(whole ? [body] : Readable.from(body), sink, { signal: write.signal });
    const { version, updatedAt } = infoOf(file.metadata);
    return { version, updatedAt };
  }

  protected async deleteObject(key: string): Promise<void> {
    await this.google.bucket.file(key).delete();
  }

  protected async signUrl(request: PresignRequest): Promise<{ url: string; headers: Record<string, string> }> {
    const { method, key, contentType, expiresInSeconds } = request;
    const [url] = await this.google.bucket.file(key).getSignedUrl({
      version: 'v4',
      action: method === 'GET' ? 'read' : 'write',
      expires: this.deps.now() + expiresInSeconds * 1000,
      contentType,
    });
    return { url, headers: contentType ? { 'content-type': contentType } : {} };
  }

  protected failureOf(error: unknown): ProviderFailure {
    return googleFailure(error);
  }

  /** The SDK keeps no sockets of its own. */
  protected release(): void {}
}

export const google = offer({
  name: 'Google Cloud',
  adapter: GoogleCloud,
  connection: googleConnection,
  hosts: /^([a-z0-9-]+-)?aiplatform\.googleapis\.com$|\.prediction\.vertexai\.goog$/,
});
