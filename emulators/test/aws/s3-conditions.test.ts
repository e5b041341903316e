import { CreateBucketCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { type EmulatorUnderTest, startUnderTest } from './emulator-under-test';

const Bucket = 'conditions';
let under: EmulatorUnderTest;
beforeAll(async () => {
  under = await startUnderTest();
  await under.s3.send(new CreateBucketCommand({ Bucket }));
});
afterAll(() => under.end());

const put = (Key: string, Body: string, more: object = {}) => under.s3.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
const read = async (Key: string, more: object = {}) => {
  const { Body } = await under.s3.send(new GetObjectCommand({ Bucket, Key, ...more }));
  return Body!.transformToString();
};

describe('Conditions', () => {
  it('creates with If-None-Match:* once only, also when two try at the same time', async () => {
    const tries = await Promise.allSettled(['first', 'second'].map((body) => put('unique', body, { IfNoneMatch: '*' })));
    const refused = tries.filter(({ status }) => status === 'rejected');
    expect(refused).toHaveLength(1);
    expect(refused[0]).toMatchObject({ reason: { name: 'PreconditionFailed', $metadata: { httpStatusCode: 412 } } });
    const winner = tries[0]!.status === 'fulfilled' ? 'first' : 'second';
    expect(await read('unique')).toBe(winner);
  });

  it('replaces with If-Match only what the caller has seen', async () => {
    const { ETag } = await put('versioned', 'one');
    await put('versioned', 'two', { IfMatch: ETag });
    await expect(put('versioned', 'three', { IfMatch: ETag })).rejects.toMatchObject({ name: 'PreconditionFailed' });
    await expect(put('unseen', 'x', { IfMatch: ETag })).rejects.toMatchObject({ $metadata: { httpStatusCode: 404 } });
    expect(await read('versioned')).toBe('two');
  });

  it('answers 304 to a reader who has the object already', async () => {
    const { ETag } = await put('cached', 'body');
    await expect(read('cached', { IfNoneMatch: ETag })).rejects.toMatchObject({ $metadata: { httpStatusCode: 304 } });
    await expect(read('cached', { IfMatch: '"other"' })).rejects.toMatchObject({ $metadata: { httpStatusCode: 412 } });
  });
});
