import { pauseAfter } from '../src/bo/payment-rules';

const [SECOND, MINUTE, HOUR, DAY] = [1, 60, 3_600, 86_400] as const;

describe('the questions to a gateway about a payment that is open', () => {
  it('come after 5 s, 30 s, 2 min, 10 min, 1 h, 6 h and then daily for a week', () => {
    const asked: number[] = [];
    for (let checks = 0, at = 0; ; checks++) {
      const pause = pauseAfter(checks);
      if (pause === null) break;
      asked.push((at += pause));
    }
    expect(asked.slice(0, 6)).toEqual([5 * SECOND, 30 * SECOND, 2 * MINUTE, 10 * MINUTE, HOUR, 6 * HOUR]);
    expect(asked.slice(6)).toEqual([1, 2, 3, 4, 5, 6, 7].map((days) => 6 * HOUR + days * DAY));
  });
});
