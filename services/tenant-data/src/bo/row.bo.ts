import type { Caller } from '@polycloud/auth';
import type { ObjectInfo } from '@polycloud/cloud';
import { Paged } from '@polycloud/contracts';
import { formatOf, readRows, type Row } from '@polycloud/dataset';
import { rangedChunks, type UserClouds } from '@polycloud/user-clouds';
import type { DatasetIndexDao } from '../dao/dataset-index.dao';
import type { DatasetBo } from './dataset.bo';
import { chosenColumns, pick, requireKnown } from './reading/columns';
import type { ContentCache } from './reading/content-cache';
import { etagOf, type Representation } from './reading/representation';
import { decodeRowCursor, encodeRowCursor } from './reading/row-cursor';

type Fields = Record<string, unknown>;

/** Which rows of a dataset, from which on, and what of them. */
interface Slice {
  info: ObjectInfo;
  from: number;
  limit: number;
  columns: string[] | undefined;
}

/** A page of long rows ends before its limit, so that no page fills the memory. */
const MOST_PAGE_BYTES = 4 * 1024 * 1024;

/** The rows of a dataset, a page at a time. */
export class RowBo {
  constructor(
    private readonly datasets: DatasetBo,
    private readonly clouds: UserClouds,
    private readonly indexDao: DatasetIndexDao,
    private readonly cache: ContentCache,
  ) {}

  /** DATASET_UNREADABLE when it is neither CSV nor NDJSON or a row is broken. */
  async page(
    caller: Caller,
    query: { dataset: string; limit: number; cursor?: string; columns?: string },
  ): Promise<Representation<Paged<Fields>>> {
    const info = await this.datasets.inspect(caller, query.dataset);
    const from = query.cursor === undefined ? 0 : decodeRowCursor(query.cursor, info);
    const slice = { info, from, limit: query.limit, columns: chosenColumns(query.columns) };
    const etag = etagOf(info.key, info.version, ['rows', from, slice.limit, slice.columns]);
    const question = { userId: caller.userId, dataset: info.key, etag };
    return { etag, read: () => this.cache.through(question, () => this.readPage(caller.userId, slice)) };
  }

  /** Reads from the nearest place that is known, and keeps the places that it passes, also when it does not get to its end. */
  private async readPage(userId: string, slice: Slice): Promise<Paged<Fields>> {
    const { info, from, columns } = slice;
    const owner = { userId, dataset: info.key, version: info.version };
    const format = formatOf(info.key, info.contentType);
    const index = await this.indexDao.find(owner);
    const start = index.nearest(from);
    const places = index.toJSON().places.length;
    try {
      return await this.clouds.use(userId, async (cloud, signal) => {
        const chunks = rangedChunks(cloud, { info, offset: start.offset, signal });
        const page = await pageOf(readRows(chunks, { dataset: info.key, format, start, index }), slice);
        requireKnown(columns, index.columns);
        return page;
      });
    } finally {
      if (index.toJSON().places.length !== places) await this.indexDao.save(owner, index);
    }
  }
}

async function pageOf(rows: AsyncIterable<Row>, { info, from, limit, columns }: Slice): Promise<Paged<Fields>> {
  const page: Fields[] = [];
  let bytes = 0;
  for await (const { row, offset, end, fields } of rows) {
    if (row < from) continue;
    if (page.length === limit || bytes >= MOST_PAGE_BYTES) return new Paged(page, encodeRowCursor(row, info));
    page.push(pick(fields, columns));
    bytes += end - offset;
  }
  return new Paged(page, null);
}
