import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketCorsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  PutBucketCorsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { type EmulatorUnderTest, startUnderTest } from './emulator-under-test';

const Bucket = 'orders';
let under: EmulatorUnderTest;
beforeAll(async () => {
  under = await startUnderTest();
  await under.s3.send(new CreateBucketCommand({ Bucket }));
});
afterAll(() => under.end());

const put = (Key: string, Body: string, more: object = {}) =>
  under.s3.send(new PutObjectCommand({ Bucket, Key, Body, ContentLength: Buffer.byteLength(Body), ...more }));
const read = async (Key: string, more: object = {}) => {
  const { Body } = await under.s3.send(new GetObjectCommand({ Bucket, Key, ...more }));
  return Body!.transformToString();
};

describe('Buckets', () => {
  it('lists a bucket that was created and refuses to create it twice', async () => {
    const { Buckets } = await under.s3.send(new ListBucketsCommand({}));
    expect(Buckets!.map(({ Name }) => Name)).toEqual([Bucket]);
    await expect(under.s3.send(new CreateBucketCommand({ Bucket }))).rejects.toMatchObject({ name: 'BucketAlreadyOwnedByYou' });
  });

  it('answers 404 for the head of a bucket that is not there, and 400 for a name that cannot be', async () => {
    await expect(under.s3.send(new HeadBucketCommand({ Bucket: 'absent' }))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 404 },
    });
    await expect(under.s3.send(new CreateBucketCommand({ Bucket: 'Not_Valid' }))).rejects.toMatchObject({
      name: 'InvalidBucketName',
    });
  });

  it('gives back the CORS rules it was given', async () => {
    await expect(under.s3.send(new GetBucketCorsCommand({ Bucket }))).rejects.toMatchObject({ name: 'NoSuchCORSConfiguration' });
    const CORSRules = [{ AllowedMethods: ['GET'], AllowedOrigins: ['https://app.example'] }];
    await under.s3.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules } }));
    expect((await under.s3.send(new GetBucketCorsCommand({ Bucket }))).CORSRules).toEqual(CORSRules);
  });
});

describe('Objects', () => {
  it('keeps bytes, content type, user metadata and the MD5 as the ETag', async () => {
    const { ETag } = await put('a/report.csv', 'x,y\n1,2\n', { ContentType: 'text/csv', Metadata: { owner: 'u-1' } });
    const head = await under.s3.send(new HeadObjectCommand({ Bucket, Key: 'a/report.csv' }));
    expect(head).toMatchObject({ ContentType: 'text/csv', Metadata: { owner: 'u-1' }, ContentLength: 8, ETag });
    expect(ETag).toBe(`"${createHash('md5').update('x,y\n1,2\n').digest('hex')}"`);
    expect(await read('a/report.csv')).toBe('x,y\n1,2\n');
  });

  it.each(['k y+é.txt', 'a//b', '../up', 'a/./b', 'quote\'"&<>!*()', '日本/😀', 'x'.repeat(1024)])(
    'keeps the key %s as it is',
    async (Key) => {
      await put(Key, Key);
      expect(await read(Key)).toBe(Key);
    },
  );

  it('refuses a key longer than 1024 bytes', async () => {
    await expect(put('é'.repeat(513), '')).rejects.toMatchObject({ name: 'KeyTooLongError' });
  });

  it('takes a stream of unknown content in aws-chunked form and stores only the content', async () => {
    const chunks = Array.from({ length: 40 }, (_, index) => Buffer.alloc(50_000, index));
    const Body = Readable.from(chunks);
    await under.s3.send(new PutObjectCommand({ Bucket, Key: 'streamed', Body, ContentLength: 2_000_000 }));
    const { Body: stored, ContentEncoding } = await under.s3.send(new GetObjectCommand({ Bucket, Key: 'streamed' }));
    expect(Buffer.concat(chunks).equals(await stored!.transformToByteArray())).toBe(true);
    expect(ContentEncoding).toBeUndefined();
  });

  it('answers ranges, cuts them at the end and refuses what lies behind it', async () => {
    await put('ranged', '0123456789');
    expect(await read('ranged', { Range: 'bytes=2-4' })).toBe('234');
    expect(await read('ranged', { Range: 'bytes=7-99' })).toBe('789');
    expect(await read('ranged', { Range: 'bytes=-3' })).toBe('789');
    const part = await under.s3.send(new GetObjectCommand({ Bucket, Key: 'ranged', Range: 'bytes=0-0' }));
    expect(part).toMatchObject({ ContentRange: 'bytes 0-0/10', ContentLength: 1, $metadata: { httpStatusCode: 206 } });
    await expect(read('ranged', { Range: 'bytes=10-' })).rejects.toMatchObject({
      name: 'InvalidRange',
      $metadata: { httpStatusCode: 416 },
    });
    await put('empty', '');
    await expect(read('empty', { Range: 'bytes=0-' })).rejects.toMatchObject({ $metadata: { httpStatusCode: 416 } });
    expect(await read('empty')).toBe('');
  });

  it('refuses bytes that are not those of the Content-MD5 or the checksum, and stores nothing', async () => {
    const wrong = createHash('md5').update('other').digest('base64');
    await expect(put('corrupt', 'bytes', { ContentMD5: wrong })).rejects.toMatchObject({ name: 'BadDigest' });
    await expect(put('corrupt', 'bytes', { ChecksumCRC32: 'AAAAAA==' })).rejects.toMatchObject({ name: 'BadDigest' });
    await expect(read('corrupt')).rejects.toMatchObject({ name: 'NoSuchKey', $metadata: { httpStatusCode: 404 } });
  });

  it('copies bytes and metadata, or takes new metadata', async () => {
    await put('copy/source é', 'content', { ContentType: 'text/plain', Metadata: { a: '1' } });
    const CopySource = `${Bucket}/${encodeURIComponent('copy/source é')}`;
    await under.s3.send(new CopyObjectCommand({ Bucket, Key: 'copied', CopySource }));
    const copied = await under.s3.send(new GetObjectCommand({ Bucket, Key: 'copied' }));
    expect(copied).toMatchObject({ ContentType: 'text/plain', Metadata: { a: '1' } });
    expect(await copied.Body!.transformToString()).toBe('content');
    await under.s3.send(
      new CopyObjectCommand({ Bucket, Key: 'copied', CopySource, MetadataDirective: 'REPLACE', Metadata: { b: '2' } }),
    );
    expect((await under.s3.send(new HeadObjectCommand({ Bucket, Key: 'copied' }))).Metadata).toEqual({ b: '2' });
  });

  it('deletes one or many, and what is not there without an error', async () => {
    for (const key of ['gone-1', 'gone & <2>', 'gone-3']) await put(key, key);
    expect((await under.s3.send(new DeleteObjectCommand({ Bucket, Key: 'gone-1' }))).$metadata.httpStatusCode).toBe(204);
    expect((await under.s3.send(new DeleteObjectCommand({ Bucket, Key: 'gone-1' }))).$metadata.httpStatusCode).toBe(204);
    const Objects = [{ Key: 'gone & <2>' }, { Key: 'gone-3' }, { Key: 'never-there' }];
    const { Deleted } = await under.s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect(Deleted).toEqual(Objects);
    for (const { Key } of Objects) await expect(read(Key)).rejects.toMatchObject({ name: 'NoSuchKey' });
  });
});

describe('Failures', () => {
  it('500 when the disk lost what the emulator promised to keep', async () => {
    await put('lost', 'bytes');
    const objects = join(under.dataDir, 's3', 'buckets', Bucket, 'objects');
    await rm(objects, { recursive: true });
    await expect(read('lost')).rejects.toMatchObject({ $metadata: { httpStatusCode: 500 } });
  });
});
