import { randomUUID } from 'node:crypto';
import { isFinal, type BatchStatus, type CloudAdapter } from '@polycloud/cloud';
import { type Clouds, codeOf, modelsOf, put, readText, text } from './harness';

const rows = '{"a":1,"b":2}\n{"a":10}\n';

async function finish(cloud: CloudAdapter, id: string): Promise<BatchStatus[]> {
  const seen: BatchStatus[] = [];
  while (!seen.some(({ state }) => isFinal(state))) seen.push(await cloud.batchStatus(id));
  return seen;
}

export function batchesSuite(clouds: () => Clouds): void {
  describe('batches', () => {
    const open = async () => {
      const cloud = await clouds().open();
      await cloud.write('in/rows.ndjson', text(rows), { contentType: 'application/x-ndjson' });
      return { cloud, models: modelsOf(clouds()) };
    };
    const batch = (model = 'scorer', jobId = `${model}-${randomUUID()}`) => ({
      ...{ jobId, model, input: 'in/rows.ndjson', output: `out/${jobId}`, contentType: 'application/x-ndjson' },
      options: modelsOf(clouds()).batchOptions,
    });

    it('runs a job over an object and lists what it wrote', async () => {
      const { cloud } = await open();
      const { id } = await cloud.submitBatch(batch());
      expect((await finish(cloud, id)).at(-1)).toMatchObject({ state: 'succeeded' });
      const { objects, errors } = await cloud.batchResult(id);
      expect(errors).toEqual([]);
      const written = await Promise.all(objects.map((key) => readText(cloud, key)));
      expect(written.join('')).toBe('{"prediction":3}\n{"prediction":10}\n');
    });

    it('follows a job from another adapter, since the id says all', async () => {
      const { cloud } = await open();
      const { id } = await cloud.submitBatch(batch());
      const other = await clouds().open();
      expect((await finish(other, id)).map(({ state }) => state)).toContain('running');
    });

    it('counts progress exactly when it says that it can', async () => {
      const { cloud } = await open();
      const { id } = await cloud.submitBatch(batch());
      const last = (await finish(cloud, id)).at(-1);
      expect(last?.progress).toEqual(cloud.capabilities.jobProgress ? { done: 2, failed: 0, total: 2 } : undefined);
    });

    it('makes one job of the same jobId, also after the first is done', async () => {
      const { cloud } = await open();
      const request = batch();
      const { id } = await cloud.submitBatch(request);
      await finish(cloud, id);
      expect(await cloud.submitBatch(request)).toEqual({ id });
    });

    it('tells why a job failed and gives no result of it', async () => {
      const { cloud, models } = await open();
      const { id } = await cloud.submitBatch(batch(models.brokenModel));
      const last = (await finish(cloud, id)).at(-1);
      expect(last).toMatchObject({ state: 'failed', error: { message: 'The model could not read its input' } });
      expect(last?.error?.code).toEqual(expect.any(String));
      expect(await codeOf(cloud.batchResult(id))).toBe('PreconditionFailed');
    });

    it('gives no result before the end', async () => {
      const { cloud } = await open();
      const { id } = await cloud.submitBatch(batch());
      expect(await codeOf(cloud.batchResult(id))).toBe('PreconditionFailed');
    });

    it('cancels a job, twice, exactly when it says that it can', async () => {
      const { cloud } = await open();
      const { id } = await cloud.submitBatch(batch());
      if (!cloud.capabilities.jobCancel) return expect(await codeOf(cloud.cancelBatch(id))).toBe('NotSupported');
      await cloud.cancelBatch(id);
      await cloud.cancelBatch(id);
      expect((await cloud.batchStatus(id)).state).toBe('cancelled');
    });

    it('leaves a job that has ended as it is when it is cancelled', async () => {
      const { cloud } = await open();
      const { id } = await cloud.submitBatch(batch());
      await finish(cloud, id);
      if (cloud.capabilities.jobCancel) await cloud.cancelBatch(id);
      expect((await cloud.batchStatus(id)).state).toBe('succeeded');
    });

    it('does not find a job that does not exist', async () => {
      const { cloud } = await open();
      const { id } = await cloud.submitBatch(batch());
      const [job = '', output] = JSON.parse(Buffer.from(id, 'base64url').toString()) as string[];
      const unknown = Buffer.from(JSON.stringify([`${job}0`, output])).toString('base64url');
      expect(await codeOf(cloud.batchStatus(unknown))).toBe('NotFound');
    });

    it.each(['', 'garbage', Buffer.from('["job","../out"]').toString('base64url')])('refuses the id %j', async (id) => {
      const { cloud } = await open();
      expect(await codeOf(cloud.batchStatus(id))).toBe('InvalidArgument');
    });

    it.each([{ jobId: 'Upper' }, { jobId: '-x' }, { input: '../x' }, { output: 'x/' }, { model: 'a/b' }, { contentType: 'csv' }])(
      'refuses a batch with %j',
      async (wrong) => {
        const { cloud } = await open();
        await put(cloud, 'x', 'x');
        expect(await codeOf(cloud.submitBatch({ ...batch(), ...wrong }))).toBe('InvalidArgument');
      },
    );
  });
}
