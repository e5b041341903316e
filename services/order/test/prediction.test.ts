import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { type CloudAdapter, CloudFactory } from '@polycloud/cloud';
import { cloudObjects, startAwsEmulator, startInferenceEmulator } from '@polycloud/emulators';
import type { ItemWork } from '../src/bo/fulfilment/item-work';
import { modelRecordOf } from '../src/bo/fulfilment/model-record';
import { predictionWork } from '../src/bo/fulfilment/prediction-work';

const CREDENTIALS = { accessKeyId: 'AKIATEST', secretAccessKey: 'test-secret' };
const ROWS = 1234;
const CSV = `name,a,b\n${Array.from({ length: ROWS }, (_, row) => `"row, ${row}",${row},0.5\n`).join('')}`;

describe('DATA-PREDICT', () => {
  let cloud: CloudAdapter;
  const closing: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'prediction-'));
    const aws = await startAwsEmulator({ port: 0, dataDir, credentials: [CREDENTIALS] });
    const place = { region: 'us-east-1', bucket: 'tenants', endpoint: aws.url, ...CREDENTIALS };
    const objects = cloudObjects({ AWS: place });
    const models = await startInferenceEmulator({ port: 0, dataDir, credentials: { aws: [CREDENTIALS] }, objects });
    const s3 = new S3Client({
      endpoint: aws.url,
      region: 'us-east-1',
      credentials: { ...CREDENTIALS },
      forcePathStyle: true,
    });
    await s3.send(new CreateBucketCommand({ Bucket: 'tenants' }));
    s3.destroy();
    const allowedEndpoints = [aws.url, models.url].map((address) => new URL(address).host);
    const connection = { ...place, inferenceEndpoint: models.url };
    cloud = await CloudFactory.for('AWS', connection, { allowedEndpoints, baseDelayMs: 1 });
    closing.push(
      () => cloud.close(),
      () => models.stop(),
      () => aws.stop(),
      () => rm(dataDir, { recursive: true }),
    );
    await cloud.write('in.csv', Buffer.from(CSV), { contentType: 'text/csv' });
  });
  afterAll(async () => {
    for (const close of closing) await close();
  });

  async function textOf(key: string): Promise<string> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of (await cloud.read(key)).body) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  }

  function item(id: string, input: Partial<ItemWork['input']>): ItemWork & { heard: number[] } {
    const heard: number[] = [];
    const progress = (fraction: number) => void heard.push(fraction);
    return { id, cloud, input: { dataset: 'in.csv', ...input }, progress, signal: new AbortController().signal, heard };
  }

  it('scores every row through the online endpoint, in order, and tells how far it is', async () => {
    const work = item('p1-0', { endpoint: 'scorer' });
    expect(await predictionWork(work)).toEqual({
      dataset: 'in.csv',
      endpoint: 'scorer',
      rows: ROWS,
      predictions: ['predictions/p1-0.ndjson'],
    });
    const lines = (await textOf('predictions/p1-0.ndjson')).trim().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual(
      Array.from({ length: ROWS }, (_, row) => ({ row, prediction: row + 0.5 })),
    );
    expect(work.heard.length).toBeGreaterThan(5);
    expect(work.heard).toEqual([...work.heard].sort((a, b) => a - b));
    expect(work.heard.at(-1)).toBe(1);
  });

  it('scores by a batch job of the cloud, and finds the same job again in a second try', async () => {
    const work = item('p2-0', { batch: { model: 'scorer', options: { instanceCount: 1 } } });
    const result = await predictionWork(work);
    expect(result).toEqual({
      dataset: 'in.csv',
      model: 'scorer',
      state: 'succeeded',
      predictions: ['predictions/p2-0/predictions_0001.jsonl'],
      errors: [],
    });
    expect(await predictionWork(work)).toEqual(result);
  });

  it.each([
    ['DATASET_UNREADABLE', { endpoint: 'broken' }],
    ['VALIDATION_FAILED', { endpoint: '../x' }],
    ['CLOUD_FAILED', { batch: { model: 'broken' } }],
  ])('fails with %s for %j and leaves no scores', async (code, input) => {
    const id = `p3-${code.length}`;
    await expect(predictionWork(item(id, input))).rejects.toMatchObject({ code });
    expect((await cloud.list({ prefix: `predictions/${id}` })).items).toEqual([]);
  });

  it('stops when the worker is told to stop', async () => {
    const stopped = { ...item('p4-0', { endpoint: 'scorer' }), signal: AbortSignal.abort() };
    await expect(predictionWork(stopped)).rejects.toMatchObject({ code: 'Cancelled' });
  });
});

describe('a row for a model', () => {
  it('has numbers, booleans and nulls where its texts say so, and keeps what would lose by it', () => {
    const texts = { a: '12', b: '-0.5e3', c: 'true', d: '', e: '01234', f: '12345678901234567890', g: '1,5', h: ' 1' };
    expect(modelRecordOf(texts)).toEqual({ ...texts, a: 12, b: -500, c: true, d: null });
    expect(modelRecordOf({ n: 1, list: ['2'], nothing: null })).toEqual({ n: 1, list: ['2'], nothing: null });
  });
});
