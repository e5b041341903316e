import { Readable } from 'node:stream';
import { CloudAdapter } from '../../cloud-adapter';
import type { Registration } from '../../connection';
import type { CloudDeps } from '../../deps';
import type { ObjectBody, PresignRequest, ReadRange, StoredInfo } from '../../objects';
import type { ProviderFailure } from '../../provider-failure';
import { contentRange, rangeHeader } from '../../content-range';
import type { DriverList, DriverObject, DriverPage, DriverWrite } from '../../storage-driver';
import type { S3Connection, S3Sdk } from './s3-client';
import { s3Failure } from './s3-errors';

interface S3Answer {
  ContentLength?: number;
  ContentType?: string;
  ETag?: string;
  LastModified?: Date;
}

const infoOf = ({
  ContentLength = 0,
  ContentType = 'application/octet-stream',
  ETag = '',
  LastModified,
}: S3Answer): StoredInfo => ({
  size: ContentLength,
  contentType: ContentType,
  version: ETag,
  updatedAt: LastModified ?? new Date(0),
});

/** Objects over the S3 protocol, which AWS, IBM and many others speak. */
export abstract class S3Cloud extends CloudAdapter {
  protected readonly storageTraits = { conditionalPut: true, presignContentType: true };
  private readonly bucket: string;

  constructor(
    registration: Registration<S3Connection>,
    deps: CloudDeps,
    private readonly s3: S3Sdk,
  ) {
    super(registration, deps);
    this.bucket = registration.connection.bucket;
  }

  protected async probe(abortSignal: AbortSignal): Promise<void> {
    await this.s3.client.headBucket({ Bucket: this.bucket }, { abortSignal });
  }

  protected async listObjects({ prefix, limit, token, signal }: DriverList): Promise<DriverPage> {
    const query = { Bucket: this.bucket, Prefix: prefix, MaxKeys: limit, ContinuationToken: token };
    const page = await this.s3.client.listObjectsV2(query, { abortSignal: signal });
    const items = (page.Contents ?? []).map(({ Key = '', Size = 0, LastModified }) => ({
      key: Key,
      size: Size,
      updatedAt: LastModified ?? new Date(0),
    }));
    if (!page.IsTruncated) return { items };
    // A truncated page without a token would end the listing early: the old one shows that it does not advance.
    return { items, token: page.NextContinuationToken ?? token ?? '' };
  }

  protected async headObject(key: string, abortSignal: AbortSignal): Promise<StoredInfo> {
    return infoOf(await this.s3.client.headObject({ Bucket: this.bucket, Key: key }, { abortSignal }));
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
    const { contentType, ifAbsent, ifVersion, signal } = write;
    const target = { Bucket: this.bucket, Key: key, ContentType: contentType };
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
