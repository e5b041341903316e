import { type Clouds, codeOf, failure, modelsOf } from './harness';

const records = [
  { age: 30, income: 12.5 },
  { age: 41, income: 0.25 },
];

export function inferenceSuite(clouds: () => Clouds): void {
  describe('inference', () => {
    const open = async () => ({ cloud: await clouds().open() });

    it('predicts one value for each record, in order', async () => {
      const { cloud } = await open();
      expect(cloud.capabilities.inference).toBe(true);
      const { predictions } = await cloud.predict({ endpoint: 'scorer', records });
      expect(predictions).toEqual([42.5, 41.25]);
    });

    it('carries text, blanks and missing columns', async () => {
      const { cloud } = await open();
      const { predictions } = await cloud.predict({ endpoint: 'scorer', records: [{ name: 'é "x"', a: 1 }, { b: 2 }] });
      expect(predictions).toEqual([1, 2]);
    });

    it('does not find an endpoint that does not exist', async () => {
      const { cloud } = await open();
      expect(await failure(cloud.predict({ endpoint: 'missing', records }))).toMatchObject({
        code: 'NotFound',
        retryable: false,
      });
    });

    it('reports what the model refuses as the model’s error', async () => {
      const { cloud } = await open();
      const error = await failure(cloud.predict({ endpoint: 'broken', records }));
      expect(error).toMatchObject({ code: 'ModelError', retryable: false, httpStatus: 400 });
    });

    it('either waits for a starting model or says that it is not ready', async () => {
      const { cloud } = await open();
      const outcome = await cloud.predict({ endpoint: 'starting', records }).catch((error: { code: string }) => error.code);
      expect(outcome === 'ModelNotReady' || typeof outcome === 'object').toBe(true);
    });

    it('refuses more than one request can carry, before any request', async () => {
      const { cloud } = await open();
      const large = [{ text: 'x'.repeat(cloud.capabilities.maxSyncPayloadBytes) }];
      expect(await codeOf(cloud.predict({ endpoint: 'missing', records: large }))).toBe('TooLarge');
    });

    it.each([
      ['../x', records],
      ['', records],
      ['a/b', records],
      ['scorer', []],
      ['scorer', [null]],
    ])('refuses the endpoint %j with %j', async (endpoint, rows) => {
      const { cloud } = await open();
      expect(await codeOf(cloud.predict({ endpoint, records: rows as [] }))).toBe('InvalidArgument');
    });

    it('refuses a wrong login of the models alone, and health says degraded or down', async () => {
      const { wrongModelSecret } = modelsOf(clouds());
      const cloud = await clouds().open(wrongModelSecret);
      const error = await failure(cloud.predict({ endpoint: 'scorer', records }));
      expect(error.code).toBe('Unauthenticated');
      for (const secret of Object.values(wrongModelSecret)) expect(error.message).not.toContain(secret);
      expect((await cloud.health()).status).not.toBe('up');
    });

    it('is up when storage and models answer', async () => {
      const { cloud } = await open();
      expect((await cloud.health()).status).toBe('up');
    });
  });
}

/** What a cloud without models promises. */
export function noInferenceSuite(clouds: () => Clouds): void {
  it('says that it has no models', async () => {
    const cloud = await clouds().open();
    expect(cloud.capabilities).toMatchObject({ inference: false, jobCancel: false, jobProgress: false });
    expect(await codeOf(cloud.predict({ endpoint: 'scorer', records }))).toBe('NotSupported');
    const batch = { jobId: 'job', model: 'scorer', input: 'in.csv', output: 'out', contentType: 'text/csv' };
    expect(await codeOf(cloud.submitBatch(batch))).toBe('NotSupported');
    expect((await cloud.health()).status).toBe('up');
  });
}

/** A real account's models are its own, and running them costs money. */
export function untestedInferenceSuite(): void {
  it.skip('predicts and runs batches: the models of a real account are not known to this suite', () => undefined);
}
