import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { CloudFactory } from '@polycloud/cloud';
import type { Profile } from '@polycloud/dataset';
import { type AwsEmulator, startAwsEmulator } from '@polycloud/emulators';
import { LargeDataset, peakMiB } from '@polycloud/test-kit';

const CREDENTIALS = { accessKeyId: 'AKIATEST', secretAccessKey: 'test-secret' };
const MINUTES = 60_000;
const dataset = new LargeDataset();

describe(`a dataset of ${dataset.mebibytes} MiB`, () => {
  let dataDir: string;
  let emulator: AwsEmulator;
  let worker: ChildProcess;

  const connection = () => ({ region: 'us-east-1', bucket: 'tenants', endpoint: emulator.url, ...CREDENTIALS });
  const host = () => new URL(emulator.url).host;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'large-'));
    emulator = await startAwsEmulator({ port: 0, dataDir, credentials: [CREDENTIALS] });
    const { bucket, ...place } = connection();
    const s3 = new S3Client({ ...place, credentials: { ...CREDENTIALS }, forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: bucket }));
    s3.destroy();
    const cloud = await CloudFactory.for('AWS', connection(), { allowedEndpoints: [host()] });
    await cloud.write('large.csv', dataset.chunks(), { contentType: 'text/csv' });
    await cloud.close();
  }, 10 * MINUTES);
  afterAll(async () => {
    worker.send('end');
    await emulator.stop();
    await rm(dataDir, { recursive: true });
  });

  it(
    'is profiled in less than 200 MiB',
    async () => {
      worker = fork(join(__dirname, 'programs/profile.js'), [JSON.stringify(connection()), host(), 'large.csv']);
      const [profile] = (await once(worker, 'message')) as [Profile];
      const peak = peakMiB(worker.pid!);
      console.log(`Profiled ${dataset.mebibytes} MiB within ${Math.round(peak)} MiB`);
      expect(profile.rows).toBe(dataset.rows);
      expect(profile.columns[0]).toMatchObject({ type: 'integer', count: dataset.rows, min: 0, max: dataset.rows - 1 });
      expect(peak).toBeLessThan(200);
    },
    10 * MINUTES,
  );
});
