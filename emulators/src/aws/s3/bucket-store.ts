import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { AwsError } from '../aws-error';
import { replaceFile, syncDirectory } from '../durable-file';
import { Bucket } from './bucket';
import { UploadStore } from './upload-store';

/** All buckets below one directory. `scratch` beside them holds what is being received and is empty after a start. */
export class BucketStore {
  readonly buckets = new Map<string, Bucket>();
  readonly scratch: string;
  private readonly root: string;

  private constructor(
    directory: string,
    readonly uploads: UploadStore,
  ) {
    this.root = join(directory, 'buckets');
    this.scratch = join(directory, 'scratch');
  }

  static async open(directory: string): Promise<BucketStore> {
    const store = new BucketStore(directory, new UploadStore(join(directory, 'uploads')));
    await rm(store.scratch, { recursive: true, force: true });
    for (const path of [store.root, store.scratch]) await mkdir(path, { recursive: true });
    await store.uploads.load();
    for (const name of await readdir(store.root)) await store.load(name);
    return store;
  }

  /** @throws AwsError NoSuchBucket */
  find(name: string): Bucket {
    const bucket = this.buckets.get(name);
    if (!bucket) throw new AwsError('NoSuchBucket', 404, 'The specified bucket does not exist', { BucketName: name });
    return bucket;
  }

  async create(name: string): Promise<void> {
    if (!/^(?!xn--)(?!\d+\.\d+\.\d+\.\d+$)(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name)) {
      throw new AwsError('InvalidBucketName', 400, 'The specified bucket is not valid.', { BucketName: name });
    }
    if (this.buckets.has(name)) {
      const message = 'Your previous request to create the named bucket succeeded and you already own it.';
      throw new AwsError('BucketAlreadyOwnedByYou', 409, message, { BucketName: name });
    }
    const createdAt = Date.now();
    // Taken before the disk is asked, so that of two requests at once only one creates.
    this.buckets.set(name, this.bucketOf(name, createdAt));
    const unborn = join(this.scratch, randomUUID());
    await mkdir(join(unborn, 'objects'), { recursive: true });
    await replaceFile(join(unborn, 'bucket.json'), JSON.stringify({ createdAt }), this.scratch);
    await rename(unborn, join(this.root, name));
    await syncDirectory(this.root);
  }

  async remove(name: string): Promise<void> {
    if (this.find(name).objects.size > 0) {
      throw new AwsError('BucketNotEmpty', 409, 'The bucket you tried to delete is not empty', { BucketName: name });
    }
    this.buckets.delete(name);
    await rename(join(this.root, name), join(this.scratch, randomUUID()));
    await syncDirectory(this.root);
  }

  /** The stored CORS document; undefined when none was put. */
  async cors(name: string): Promise<string | undefined> {
    return readFile(this.corsPath(name), 'utf8').catch(() => undefined);
  }

  async putCors(name: string, document: string): Promise<void> {
    await replaceFile(this.corsPath(name), document, this.scratch);
  }

  private corsPath(name: string): string {
    return join(this.root, this.find(name).name, 'cors.xml');
  }

  private async load(name: string): Promise<void> {
    const about = JSON.parse(await readFile(join(this.root, name, 'bucket.json'), 'utf8')) as { createdAt: number };
    const bucket = this.bucketOf(name, about.createdAt);
    await bucket.load();
    this.buckets.set(name, bucket);
  }

  private bucketOf(name: string, createdAt: number): Bucket {
    return new Bucket(name, createdAt, join(this.root, name, 'objects'), this.scratch);
  }
}
