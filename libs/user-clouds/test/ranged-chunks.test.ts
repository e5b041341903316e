import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { type CloudAdapter, CloudFactory } from '@polycloud/cloud';
import { type AwsEmulator, startAwsEmulator } from '@polycloud/emulators';
import { rangedChunks, type Stretch } from '@polycloud/user-clouds';

const CREDENTIALS = { accessKeyId: 'AKIATEST', secretAccessKey: 'test-secret' };
const BYTES = Buffer.from(Array.from({ length: 3_000_000 }, (_, at) => at % 251));

describe('reading by ranges', () => {
  let dataDir: string;
  let emulator: AwsEmulator;
  let cloud: CloudAdapter;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'ranges-'));
    emulator = await startAwsEmulator({ port: 0, dataDir, credentials: [CREDENTIALS] });
    const place = { endpoint: emulator.url, region: 'us-east-1' };
    const s3 = new S3Client({ ...place, credentials: { ...CREDENTIALS }, forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: 'tenants' }));
    s3.destroy();
    const allowedEndpoints = [new URL(emulator.url).host];
    cloud = await CloudFactory.for('AWS', { ...place, ...CREDENTIALS, bucket: 'tenants' }, { allowedEndpoints });
    await cloud.write('a.bin', BYTES, { contentType: 'application/octet-stream' });
  });
  afterAll(async () => {
    await cloud.close();
    await emulator.stop();
    await rm(dataDir, { recursive: true });
  });

  async function bytesOf(stretch: Stretch): Promise<Buffer> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of rangedChunks(cloud, stretch)) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  it.each([0, 1, 1234, 262_144, BYTES.length - 1, BYTES.length, BYTES.length + 1])(
    'gives every byte from %i on, once',
    async (offset) => {
      const info = await cloud.head('a.bin');
      expect((await bytesOf({ info, offset })).equals(BYTES.subarray(offset))).toBe(true);
    },
  );

  it('gives nothing of an empty object', async () => {
    const info = await cloud.write('empty.bin', Buffer.alloc(0), { contentType: 'application/octet-stream' });
    expect(await bytesOf({ info })).toHaveLength(0);
  });

  it('fails when the object is replaced meanwhile', async () => {
    const info = await cloud.write('b.bin', BYTES, { contentType: 'application/octet-stream' });
    const chunks = rangedChunks(cloud, { info });
    await chunks.next();
    await cloud.write('b.bin', BYTES.subarray(1), { contentType: 'application/octet-stream' });
    const rest = async () => {
      while (!(await chunks.next()).done);
    };
    await expect(rest()).rejects.toMatchObject({ code: 'INVALID_STATE' });
  });

  it('ends with the signal', async () => {
    const info = await cloud.head('a.bin');
    await expect(bytesOf({ info, signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'Cancelled' });
  });
});
