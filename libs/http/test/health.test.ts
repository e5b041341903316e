import { setTimeout as pause } from 'node:timers/promises';
import { Health } from '@polycloud/http';

describe('the health of a service', () => {
  afterEach(() => jest.restoreAllMocks());

  it('is looked at anew after a second, even when the clock has been set back', async () => {
    let looks = 0;
    const health = new Health({ part: () => Promise.resolve(looks++) });
    await Promise.all([health.readiness(), health.readiness()]);
    expect(looks).toBe(1);
    jest.spyOn(Date, 'now').mockReturnValue(Date.now() - 3_600_000);
    await pause(1_100);
    await health.readiness();
    expect(looks).toBe(2);
  });
});
