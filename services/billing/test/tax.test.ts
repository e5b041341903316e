import { containedTax } from '../src/bo/tax';

describe('the tax that a gross amount contains', () => {
  it.each([
    [12_340, 0, 0],
    [10_500, 500, 500],
    [12_340, 500, 588],
    [1, 500, 0],
    [3, 10_000, 2],
    [Number.MAX_SAFE_INTEGER, 10_000, 4_503_599_627_370_496],
  ])('of %d at %d basis points is %d', (gross, basisPoints, tax) => {
    expect(containedTax(gross, basisPoints)).toBe(tax);
  });
});
