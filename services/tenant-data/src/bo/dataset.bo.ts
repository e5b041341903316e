import type { Caller } from '@polycloud/auth';
import { keyDefect, type ListedObject, type ObjectInfo, type PresignedRequest, type PresignRequest } from '@polycloud/cloud';
import { AppError, type Dataset, type Infer, Paged, type PresignedUrl } from '@polycloud/contracts';
import type { UserClouds } from '@polycloud/user-clouds';
import type { DatasetIndexDao } from '../dao/dataset-index.dao';
import type { ContentCache } from './reading/content-cache';
import { contentTypeOf } from './reading/content-type';
import { etagOf, type Representation } from './reading/representation';
import { SharedQuestion } from './reading/shared-question';

/** How long a presigned URL can be used, seconds. */
const URL_SECONDS = 15 * 60;

/** A user's datasets as objects of his cloud. */
export class DatasetBo {
  private readonly heads = new SharedQuestion<ObjectInfo>();

  constructor(
    private readonly clouds: UserClouds,
    private readonly indexDao: DatasetIndexDao,
    private readonly cache: ContentCache,
  ) {}

  /** Always fresh: nothing tells when a user uploads past us. */
  async list(
    caller: Caller,
    { prefix, limit, cursor }: { prefix?: string; limit: number; cursor?: string },
  ): Promise<Representation<Paged<Infer<typeof Dataset>>>> {
    const page = await this.clouds.use(caller.userId, (cloud, signal) => cloud.list({ prefix, limit, cursor, signal }));
    const content = new Paged(page.items.map(toDataset), page.nextCursor);
    return { etag: etagOf(content), read: () => Promise.resolve({ content, cached: false }) };
  }

  /** Size, type and present version of an object. What was kept of one that is gone is dropped. */
  async inspect(caller: Caller, key: string): Promise<ObjectInfo> {
    try {
      return await this.heads.ask(JSON.stringify([caller.userId, key]), () => this.askCloud(caller, key));
    } catch (error) {
      if (error instanceof AppError && error.code === 'NOT_FOUND') await this.forget(caller, key);
      throw error;
    }
  }

  private async askCloud(caller: Caller, key: string): Promise<ObjectInfo> {
    requireKey(key, 'query.dataset');
    return this.clouds.use(caller.userId, (cloud, signal) => cloud.head(key, signal));
  }

  /** Done also when there is no such dataset. */
  async remove(caller: Caller, key: string): Promise<void> {
    requireKey(key, 'query.dataset');
    await this.clouds.use(caller.userId, (cloud, signal) => cloud.delete(key, signal));
    await this.forget(caller, key);
  }

  async uploadUrl(
    caller: Caller,
    { key, contentType }: { key: string; contentType?: string },
  ): Promise<Infer<typeof PresignedUrl>> {
    return this.presign(caller, { method: 'PUT', key, contentType: contentType ?? contentTypeOf(key) });
  }

  async downloadUrl(caller: Caller, key: string): Promise<Infer<typeof PresignedUrl>> {
    return this.presign(caller, { method: 'GET', key });
  }

  private async presign(caller: Caller, request: Omit<PresignRequest, 'expiresInSeconds'>): Promise<Infer<typeof PresignedUrl>> {
    requireKey(request.key, 'body.key');
    const signed = await this.clouds.use(caller.userId, (cloud) => cloud.presign({ ...request, expiresInSeconds: URL_SECONDS }));
    return toPresignedUrl(signed);
  }

  private async forget(caller: Caller, key: string): Promise<void> {
    this.cache.forget(caller.userId, key);
    await this.indexDao.remove(caller.userId, key);
  }
}

function requireKey(key: string, field: string): void {
  const defect = keyDefect(key);
  if (defect) throw new AppError('VALIDATION_FAILED', 'The key cannot be used', { errors: [{ field, message: defect }] });
}

const toDataset = ({ key, size, contentType, updatedAt }: ListedObject): Infer<typeof Dataset> => ({
  key,
  size,
  contentType: contentType ?? contentTypeOf(key),
  updatedAt: updatedAt.toISOString(),
});

const toPresignedUrl = ({ url, method, headers, expiresAt }: PresignedRequest): Infer<typeof PresignedUrl> => ({
  url,
  method,
  headers,
  expiresAt: expiresAt.toISOString(),
});
