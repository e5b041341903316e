import { createHash } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  ListPartsCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { type EmulatorUnderTest, startUnderTest } from './emulator-under-test';

const Bucket = 'uploads';
const MIB = 1024 * 1024;
let under: EmulatorUnderTest;
beforeAll(async () => {
  under = await startUnderTest();
  await under.s3.send(new CreateBucketCommand({ Bucket }));
});
afterAll(() => under.end());

const create = async (Key: string) =>
  (await under.s3.send(new CreateMultipartUploadCommand({ Bucket, Key, ContentType: 'text/csv', Metadata: { a: 'b' } })))
    .UploadId!;
const upload = async (Key: string, UploadId: string, [PartNumber, Body]: [number, Buffer]) => {
  const { ETag } = await under.s3.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }));
  return { PartNumber, ETag };
};
const complete = (Key: string, UploadId: string, Parts: object[]) =>
  under.s3.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }));

describe('Multipart uploads', () => {
  it('join parts that were sent before and after a restart, in their order', async () => {
    const UploadId = await create('big.csv');
    const [first, last] = [Buffer.alloc(5 * MIB, 'a'), Buffer.from('the end')];
    const second = await upload('big.csv', UploadId, [2, last]);
    await under.restart();
    await upload('big.csv', UploadId, [1, Buffer.alloc(5 * MIB, 'x')]);
    const replaced = await upload('big.csv', UploadId, [1, first]);
    const { Parts } = await under.s3.send(new ListPartsCommand({ Bucket, Key: 'big.csv', UploadId }));
    expect(Parts!.map(({ PartNumber, Size }) => [PartNumber, Size])).toEqual([
      [1, 5 * MIB],
      [2, 7],
    ]);
    const { ETag } = await complete('big.csv', UploadId, [replaced, second]);
    const md5s = [first, last].map((part) => createHash('md5').update(part).digest());
    expect(ETag).toBe(`"${createHash('md5').update(Buffer.concat(md5s)).digest('hex')}-2"`);
    const object = await under.s3.send(new GetObjectCommand({ Bucket, Key: 'big.csv' }));
    expect(object).toMatchObject({ ContentType: 'text/csv', Metadata: { a: 'b' }, ContentLength: 5 * MIB + 7 });
    const bytes = await object.Body!.transformToByteArray();
    expect(Buffer.concat([first, last]).equals(bytes)).toBe(true);
  });

  it('refuse parts that are too small, unknown or out of order, and stay open for the right ones', async () => {
    const UploadId = await create('strict');
    const one = await upload('strict', UploadId, [1, Buffer.alloc(10)]);
    const two = await upload('strict', UploadId, [2, Buffer.alloc(10)]);
    await expect(complete('strict', UploadId, [one, two])).rejects.toMatchObject({ name: 'EntityTooSmall' });
    await expect(complete('strict', UploadId, [two, one])).rejects.toMatchObject({ name: 'InvalidPartOrder' });
    await expect(complete('strict', UploadId, [{ ...one, PartNumber: 3 }])).rejects.toMatchObject({ name: 'InvalidPart' });
    expect((await complete('strict', UploadId, [two])).$metadata.httpStatusCode).toBe(200);
  });

  it('are gone after an abort', async () => {
    const UploadId = await create('aborted');
    await upload('aborted', UploadId, [1, Buffer.from('x')]);
    await under.s3.send(new AbortMultipartUploadCommand({ Bucket, Key: 'aborted', UploadId }));
    await expect(upload('aborted', UploadId, [2, Buffer.from('y')])).rejects.toMatchObject({ name: 'NoSuchUpload' });
  });
});
