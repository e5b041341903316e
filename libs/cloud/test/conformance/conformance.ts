import type { Harness } from './harness';
import { Clouds } from './harness';
import { conditionsSuite } from './conditions';
import { connectionSuite } from './connection';
import { listingSuite } from './listing';
import { objectsSuite } from './objects';
import { presignedSuite } from './presigned';
import { rangesSuite } from './ranges';

const SUITES = [connectionSuite, objectsSuite, rangesSuite, conditionsSuite, listingSuite, presignedSuite];

/** What every adapter promises, run against one cloud. */
export function cloudConformance(name: string, start: () => Promise<Harness>): void {
  describe(name, () => {
    let clouds: Clouds;
    beforeAll(async () => {
      clouds = new Clouds(await start());
    }, 60_000);
    afterEach(() => clouds.close());
    afterAll(() => clouds?.harness.stop());
    for (const suite of SUITES) suite(() => clouds);
  });
}
