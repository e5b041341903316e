import { Readable } from 'node:stream';
import { CloudAdapter } from '../cloud-adapter';
import type { Registration } from '../connection';
import { contentRange } from '../content-range';
import type { CloudDeps } from '../deps';
import type { InferenceDriver } from '../inference-driver';
import { withLowerNames } from '../metadata';
import type { ObjectBody, PresignRequest, ReadRange, StoredInfo } from '../objects';
import { offer } from '../offer';
import type { ProviderFailure } from '../provider-failure';
import type { DriverList, DriverObject, DriverPage, DriverWrite } from '../storage-driver';
import { azureConnection, openAzure, type AzureConnection, type AzureSdk } from './azure/azure-client';
import { azureFailure } from './azure/azure-errors';
import { AzureMl } from './azure/azure-ml';

const BLOCK_BYTES = 8 * 1024 * 1024;
const BLOCKS_AT_ONCE = 2;

interface BlobAnswer {
  contentLength?: number;
  contentType?: string;
  etag?: string;
  lastModified?: Date;
  metadata?: Record<string, string>;
}

const infoOf = ({
  contentLength = 0,
  contentType = 'application/octet-stream',
  etag = '',
  lastModified,
  metadata,
}: BlobAnswer): StoredInfo => ({
  size: contentLength,
  contentType,
  version: etag,
  updatedAt: lastModified ?? new Date(0),
  metadata: withLowerNames(metadata),
});

/** Microsoft: Blob Storage and Azure Machine Learning. */
export class AzureCloud extends CloudAdapter {
  protected readonly inference: InferenceDriver | undefined;
  /** A signature of Azure cannot pin the type that an uploader declares. */
  protected readonly storageTraits = { conditionalPut: true, presignContentType: false };

  constructor(
    registration: Registration<AzureConnection>,
    deps: CloudDeps,
    private readonly azure: AzureSdk,
  ) {
    super(registration, deps);
    const { scoringUri, scoringKey } = registration.connection;
    const containerUrl = azure.container.url;
    this.inference = scoringUri && scoringKey ? new AzureMl({ scoringUri, scoringKey, containerUrl }) : undefined;
  }

  static async open(registration: Registration<AzureConnection>, deps: CloudDeps): Promise<AzureCloud> {
    return new AzureCloud(registration, deps, await openAzure(registration.connection));
  }

  protected async listObjects({ prefix, delimiter, limit, token, signal }: DriverList): Promise<DriverPage> {
    const { container } = this.azure;
    const asked = { prefix, abortSignal: signal };
    const blobs = delimiter ? container.listBlobsByHierarchy(delimiter, asked) : container.listBlobsFlat(asked);
    const page = await blobs.byPage({ maxPageSize: limit, continuationToken: token }).next();
    if (page.done) return { items: [] };
    const { segment, continuationToken } = page.value;
    const items = segment.blobItems.map(({ name, properties }) => ({
      key: name,
      size: properties.contentLength ?? 0,
      contentType: properties.contentType,
      updatedAt: properties.lastModified,
    }));
    const { blobPrefixes = [] } = segment as { blobPrefixes?: { name: string }[] };
    return { items, folders: blobPrefixes.map(({ name }) => name), token: continuationToken || undefined };
  }

  protected async headObject(key: string, abortSignal: AbortSignal): Promise<StoredInfo> {
    return infoOf(await this.azure.container.getBlobClient(key).getProperties({ abortSignal }));
  }

  protected async openObject(key: string, range: ReadRange | undefined, abortSignal: AbortSignal): Promise<DriverObject> {
    const blob = this.azure.container.getBlobClient(key);
    const answer = await blob.download(range?.offset, range?.length, { abortSignal, maxRetryRequests: 0 });
    const { start, size } = contentRange(answer.contentRange) ?? { start: 0, size: answer.contentLength ?? 0 };
    return { info: { ...infoOf(answer), size }, body: answer.readableStreamBody as Readable, startsAt: start };
  }

  protected async putObject(
    key: string,
    body: ObjectBody,
    write: DriverWrite,
  ): Promise<Pick<StoredInfo, 'version' | 'updatedAt'>> {
    const { contentType, metadata, ifAbsent, ifVersion, signal } = write;
    const options = {
      abortSignal: signal,
      metadata,
      blobHTTPHeaders: { blobContentType: contentType },
      conditions: { ifNoneMatch: ifAbsent ? '*' : undefined, ifMatch: ifVersion },
    };
    const { etag = '', lastModified } =
      body instanceof Uint8Array
        ? await this.azure.container.getBlockBlobClient(key).upload(body, body.length, options)
        : await this.azure.blocks.getBlockBlobClient(key).uploadStream(Readable.from(body), BLOCK_BYTES, BLOCKS_AT_ONCE, options);
    return { version: etag, updatedAt: lastModified ?? new Date(this.deps.now()) };
  }

  protected async deleteObject(key: string, abortSignal: AbortSignal): Promise<void> {
    await this.azure.container.deleteBlob(key, { abortSignal });
  }

  protected async signUrl(request: PresignRequest): Promise<{ url: string; headers: Record<string, string> }> {
    const url = await this.azure.sign(request, new Date(this.deps.now() + request.expiresInSeconds * 1000));
    if (request.method === 'GET') return { url, headers: {} };
    const type: Record<string, string> = request.contentType ? { 'content-type': request.contentType } : {};
    // Without it Azure refuses the upload.
    return { url, headers: { 'x-ms-blob-type': 'BlockBlob', ...type } };
  }

  protected failureOf(error: unknown): ProviderFailure {
    return azureFailure(error);
  }

  /** The SDK keeps no sockets of its own: they are those of the process-wide agent, which does not hold the process. */
  protected release(): void {}
}

export const azure = offer({
  name: 'Microsoft Azure',
  adapter: AzureCloud,
  connection: azureConnection,
  hosts: /^[a-z0-9-]+\.[a-z0-9-]+\.inference\.ml\.azure\.com$/,
});
