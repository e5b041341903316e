import { AmountNotRepresentable, exponentOf, fromMajorString, toMajorString } from '../src';

describe('money', () => {
  it.each([
    [1_250, 'KWD', '1.250'],
    [5, 'KWD', '0.005'],
    [12_345, 'BHD', '12.345'],
    [1_999, 'USD', '19.99'],
    [-7, 'USD', '-0.07'],
    [0, 'USD', '0.00'],
    [500, 'JPY', '500'],
    [Number.MAX_SAFE_INTEGER, 'KWD', '9007199254740.991'],
  ])('%d minor units of %s are %s, and back', (amount, currency, major) => {
    expect(toMajorString({ amount, currency })).toBe(major);
    expect(fromMajorString(major, currency)).toEqual({ amount, currency });
  });

  it('reads fewer decimals than the currency has, and more of them when they are zeros', () => {
    expect(fromMajorString('12.34', 'KWD')).toEqual({ amount: 12_340, currency: 'KWD' });
    expect(fromMajorString('12', 'KWD')).toEqual({ amount: 12_000, currency: 'KWD' });
    expect(fromMajorString('10.0', 'JPY')).toEqual({ amount: 10, currency: 'JPY' });
  });

  it.each(['10.5', '1e3', '', ' 1', '+1', '1,00', '1.', '.5', '٣', '0x1', 'NaN', '9'.repeat(20)])(
    'refuses "%s" as yen',
    (major) => {
      expect(() => fromMajorString(major, 'JPY')).toThrow(AmountNotRepresentable);
    },
  );

  it('refuses an amount finer than its currency', () => {
    expect(() => fromMajorString('1.005', 'USD')).toThrow(AmountNotRepresentable);
    expect(() => fromMajorString('1.2345', 'KWD')).toThrow(AmountNotRepresentable);
    expect(() => toMajorString({ amount: 1.5, currency: 'USD' })).toThrow(AmountNotRepresentable);
  });

  it.each(['usd', 'XXX', 'DEM', '', 'KWDD', 'constructor'])('knows no currency "%s"', (currency) => {
    expect(() => exponentOf(currency)).toThrow(AmountNotRepresentable);
  });
});
