import { LRUCache } from 'lru-cache';
import { Counter } from '@polycloud/lean/prom-client';

const lookups = new Counter({
  name: 'data_cache_lookups_total',
  help: 'Looks into the memory of contents that were read lately: hit or miss',
  labelNames: ['result'],
});

const [hits, misses] = [lookups.labels('hit'), lookups.labels('miss')];

/** A content of a user's object; the tag says of which version and which part. */
export interface Question {
  userId: string;
  dataset: string;
  etag: string;
}

interface Entry {
  content: object;
  bytes: number;
}

/** One big answer must not push out everybody else's. */
const MOST_SHARE = 1 / 8;

/**
 * Contents read lately, bounded in bytes. A content is found only by its owner and by the version of the object, which is
 * asked at the cloud each time; so it is never another user's and never older than the object.
 */
export class ContentCache {
  private readonly entries: LRUCache<string, Entry>;
  private readonly loads = new Map<string, Promise<object>>();

  /** @param maxBytes of the contents as JSON. */
  constructor(maxBytes: number) {
    this.entries = new LRUCache<string, Entry>({
      maxSize: maxBytes,
      maxEntrySize: Math.ceil(maxBytes * MOST_SHARE),
      sizeCalculation: ({ bytes }, key) => bytes + key.length,
    });
  }

  /** The content, from memory or by `load`, which many who miss it at the same time share. Rejects as that does. */
  async through<T extends object>(question: Question, load: () => Promise<T>): Promise<{ content: T; cached: boolean }> {
    const key = folderOf(question.userId, question.dataset) + question.etag;
    const known = this.entries.get(key);
    (known ? hits : misses).inc();
    if (known) return { content: known.content as T, cached: true };
    const loading = this.loads.get(key) ?? this.load(key, load);
    return { content: (await loading) as T, cached: false };
  }

  private load(key: string, load: () => Promise<object>): Promise<object> {
    const loading = load()
      .then((content) => {
        // Once as it is and once as the text that is made of it for its first hit.
        this.entries.set(key, { content, bytes: 2 * Buffer.byteLength(JSON.stringify(content)) });
        return content;
      })
      .finally(() => this.loads.delete(key));
    this.loads.set(key, loading);
    return loading;
  }

  /** Drops all that was read of an object. */
  forget(userId: string, dataset: string): void {
    const folder = folderOf(userId, dataset);
    for (const key of this.entries.keys()) if (key.startsWith(folder)) this.entries.delete(key);
  }
}

/** As JSON, so that no part of a key can pass for the beginning of another. */
const folderOf = (userId: string, dataset: string) => JSON.stringify([userId, dataset]);
