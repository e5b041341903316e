import { batchesSuite } from './batches';
import { conditionsSuite } from './conditions';
import { connectionSuite } from './connection';
import { Clouds, type Harness } from './harness';
import { inferenceSuite, noInferenceSuite, untestedInferenceSuite } from './inference';
import { listingSuite } from './listing';
import { objectsSuite } from './objects';
import { presignedSuite } from './presigned';
import { rangesSuite } from './ranges';

const STORAGE = [connectionSuite, objectsSuite, rangesSuite, conditionsSuite, listingSuite, presignedSuite];
const MODELS = { tested: [inferenceSuite, batchesSuite], none: [noInferenceSuite], untested: [untestedInferenceSuite] };

/** What every adapter promises, run against one cloud; `untested`: its models are not ones that the suite knows. */
export function cloudConformance(name: string, start: () => Promise<Harness>, models: keyof typeof MODELS = 'tested'): void {
  describe(name, () => {
    let clouds: Clouds;
    beforeAll(async () => {
      clouds = new Clouds(await start());
    }, 60_000);
    afterEach(() => clouds.close());
    afterAll(() => clouds?.harness.stop());
    for (const suite of [...STORAGE, ...MODELS[models]]) suite(() => clouds);
  });
}
