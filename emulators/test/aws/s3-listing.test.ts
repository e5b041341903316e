import { CreateBucketCommand, ListObjectsV2Command, type ListObjectsV2CommandInput, PutObjectCommand } from '@aws-sdk/client-s3';
import { type EmulatorUnderTest, startUnderTest } from './emulator-under-test';

const Bucket = 'listed';
const KEYS = ['a', 'a/1', 'a/2', 'a/b/3', 'a0', 'b/1', 'z', '\uffee', '😀', 'with & <xml>'];
let under: EmulatorUnderTest;
beforeAll(async () => {
  under = await startUnderTest();
  await under.s3.send(new CreateBucketCommand({ Bucket }));
  for (const Key of KEYS) await under.s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
});
afterAll(() => under.end());

const list = (input: Partial<ListObjectsV2CommandInput> = {}) => under.s3.send(new ListObjectsV2Command({ Bucket, ...input }));
const byBytes = (keys: string[]) => [...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));

async function pages(input: Partial<ListObjectsV2CommandInput>): Promise<string[][]> {
  const found: string[][] = [];
  let ContinuationToken: string | undefined;
  do {
    const page = await list({ ...input, ContinuationToken });
    found.push([...(page.Contents ?? []).map(({ Key }) => Key!), ...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix!)]);
    expect(page.KeyCount).toBe(found.at(-1)!.length);
    expect(page.IsTruncated).toBe(page.NextContinuationToken !== undefined);
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken);
  return found;
}

describe('ListObjectsV2', () => {
  it('lists all keys in the order of their UTF-8 bytes', async () => {
    const { Contents } = await list();
    expect(Contents!.map(({ Key }) => Key)).toEqual(byBytes(KEYS));
    expect(Contents![0]).toMatchObject({ Size: 1, StorageClass: 'STANDARD', ETag: '"0cc175b9c0f1b6a831c399e269772661"' });
  });

  it.each([1, 2, 3, 10])('gives every key once in pages of %d', async (MaxKeys) => {
    const found = await pages({ MaxKeys });
    expect(found.flat()).toEqual(byBytes(KEYS));
    expect(found.every((page) => page.length <= MaxKeys)).toBe(true);
  });

  it.each([1, 2, 1000])('counts a common prefix as one entry in pages of %d', async (MaxKeys) => {
    expect((await pages({ Delimiter: '/', MaxKeys })).flat().sort()).toEqual(
      ['a', 'a/', 'a0', 'b/', 'z', '\uffee', '😀', 'with & <xml>'].sort(),
    );
    expect((await pages({ Delimiter: '/', Prefix: 'a/', MaxKeys })).flat().sort()).toEqual(['a/1', 'a/2', 'a/b/']);
  });

  it('begins after a key that need not exist', async () => {
    expect((await pages({ StartAfter: 'a/15', Prefix: 'a' })).flat()).toEqual(['a/2', 'a/b/3', 'a0']);
  });

  it('answers an empty page that is not truncated for max-keys 0', async () => {
    expect(await list({ MaxKeys: 0 })).toMatchObject({ KeyCount: 0, IsTruncated: false });
  });

  it('refuses a token that was invented or belongs to another listing', async () => {
    const { NextContinuationToken } = await list({ MaxKeys: 1 });
    const refused = { name: 'InvalidArgument', $metadata: { httpStatusCode: 400 } };
    await expect(list({ ContinuationToken: 'garbage' })).rejects.toMatchObject(refused);
    await expect(list({ ContinuationToken: NextContinuationToken, Prefix: 'a' })).rejects.toMatchObject(refused);
  });

  it('answers 404 for a bucket that is not there', async () => {
    await expect(list({ Bucket: 'absent' })).rejects.toMatchObject({ name: 'NoSuchBucket' });
  });
});
