import { Readable } from 'node:stream';
import type { StorageTraits } from '../../capabilities';
import { CloudAdapter } from '../../cloud-adapter';
import type { Registration } from '../../connection';
import type { CloudDeps } from '../../deps';
import { withLowerNames } from '../../metadata';
import type { ObjectBody, PresignRequest, ReadRange, StoredInfo } from '../../objects';
import type { ProviderFailure } from '../../provider-failure';
import { contentRange, rangeHeader } from '../../content-range';
import type { DriverList, DriverObject, DriverPage, DriverWrite } from '../../storage-driver';
import type { HeadFields } from './quick-head';
import type { S3Connection, S3Sdk } from './s3-client';
import { s3Failure } from './s3-errors';

interface S3Answer {
  ContentLength?: number;
  ContentType?: string;
  ETag?: string;
  LastModified?: Date;
  Metadata?: Record<string, string>;
}

const infoOf = ({
  ContentLength = 0,
  ContentType = 'application/octet-stream',
  ETag = '',
  LastModified,
  Metadata,
}: S3Answer): StoredInfo => ({
  size: ContentLength,
  contentType: ContentType,
  version: ETag,
  updatedAt: LastModified ?? new Date(0),
  metadata: withLowerNames(Metadata),
});

const METADATA = 'x-amz-meta-';

function answerOf(fields: HeadFields): S3Answer {
  const metadata = Object.entries(fields).filter(([name]) => name.startsWith(METADATA));
  const changed = fields['last-modified'];
  return {
    ContentLength: Number(fields['content-length'] ?? 0),
    ContentType: fields['content-type'],
    ETag: fields['etag'],
    ...(changed !== undefined && { LastModified: new Date(changed) }),
    Metadata: Object.fromEntries(metadata.map(([name, value = '']) => [name.slice(METADATA.length), value])),
  };
}

/** Objects over the S3 protocol, which AWS, IBM and many others speak. */
export abstract class S3Cloud extends CloudAdapter {
  protected readonly storageTraits: StorageTraits = { conditionalPut: true, presignContentType: true };
  private readonly bucket: string;

  constructor(
    registration: Registration<S3Connection>,
    deps: CloudDeps,
    private readonly s3: S3Sdk,
  ) {
    super(registration, deps);
    this.bucket = registration.connection.bucket;
  }

  protected async listObjects({ prefix, delimiter, limit, token, signal }: DriverList): Promise<DriverPage> {
    const place = { Bucket: this.bucket, Prefix: prefix, Delimiter: delimiter };
    const page = await this.s3.client.listObjectsV2(
      { ...place, MaxKeys: limit, ContinuationToken: token },
      { abortSignal: signal },
    );
    const items = (page.Contents ?? []).map(({ Key = '', Size = 0, LastModified }) => ({
      key: Key,
      size: Size,
      updatedAt: LastModified ?? new Date(0),
    }));
    const folders = (page.CommonPrefixes ?? []).map(({ Prefix = '' }) => Prefix);
    // A truncated page without a token must not end the listing: the old one shows that it does not advance.
    return { items, folders, token: page.IsTruncated ? (page.NextContinuationToken ?? token ?? '') : undefined };
  }

  protected async headObject(key: string, abortSignal: AbortSignal): Promise<StoredInfo> {
    const fields = await this.s3.quickHead(key, abortSignal);
    return infoOf(
      fields ? answerOf(fields) : await this.s3.client.headObject({ Bucket: this.bucket, Key: key }, { abortSignal }),
    );
  }

  protected async openObject(key: string, range: ReadRange | undefined, abortSignal: AbortSignal): Promise<DriverObject> {
    const asked = { Bucket: this.bucket, Key: key, Range: range && rangeHeader(range) };
    const answer = await this.s3.client.getObject(asked, { abortSignal });
    const { start, size } = contentRange(answer.ContentRange) ?? { start: 0, size: answer.ContentLength ?? 0 };
    return { info: { ...infoOf(answer), size }, body: answer.Body as Readable, startsAt: start };
  }

  protected async putObject(
    key: string,
    body: ObjectBody,
    write: DriverWrite,
  ): Promise<Pick<StoredInfo, 'version' | 'updatedAt'>> {
    const { contentType, metadata, ifAbsent, ifVersion, signal } = write;
    const target = { Bucket: this.bucket, Key: key, ContentType: contentType, Metadata: metadata };
    const input = { ...target, IfNoneMatch: ifAbsent ? '*' : undefined, IfMatch: ifVersion };
    const stored =
      body instanceof Uint8Array
        ? await this.s3.client.putObject({ ...input, Body: body }, { abortSignal: signal })
        : await this.s3.upload({ ...input, Body: Readable.from(body) }, signal);
    return { version: stored.ETag ?? '', updatedAt: new Date(this.deps.now()) };
  }

  protected async deleteObject(key: string, abortSignal: AbortSignal): Promise<void> {
    await this.s3.client.deleteObject({ Bucket: this.bucket, Key: key }, { abortSignal });
  }

  protected async signUrl(request: PresignRequest): Promise<{ url: string; headers: Record<string, string> }> {
    const headers: Record<string, string> = request.contentType ? { 'content-type': request.contentType } : {};
    return { url: await this.s3.sign(request), headers };
  }

  protected failureOf(error: unknown): ProviderFailure {
    return s3Failure(error);
  }

  protected release(): void {
    this.s3.close();
  }
}
