'use strict';
const { describe, expect, it } = require('@jest/globals');
const { duration, moneyText, tableLines } = require('../table');
const { bar, profileLines } = require('../profile-view');

describe('a table', () => {
  it('sets numbers right, texts left, and shows what is missing as a dash', () => {
    expect(
      tableLines(
        ['name', 'rows'],
        [
          ['taxis', 6433],
          ['penguins', null],
        ],
      ),
    ).toEqual(['name      rows', 'taxis     6433', 'penguins     -']);
  });
});

describe('amounts', () => {
  it.each([
    [{ amount: 1250, currency: 'KWD' }, '1.250 KWD'],
    [{ amount: 1250, currency: 'USD' }, '12.50 USD'],
    [{ amount: 1250, currency: 'JPY' }, '1250 JPY'],
  ])('%j is %s', (money, text) => expect(moneyText(money)).toBe(text));
});

describe('durations', () => {
  it.each([
    [400, '0s'],
    [59_000, '59s'],
    [61_000, '1m 1s'],
    [3_600_000, '1h'],
    [93_784_000, '1d 2h'],
  ])('%i ms is %s', (ms, text) => expect(duration(ms)).toBe(text));
});

describe('the progress of a process', () => {
  it.each([
    [0, '[    ]   0 %'],
    [0.5, '[██  ]  50 %'],
    [1, '[████] 100 %'],
  ])('%d is drawn as %s', (fraction, text) => expect(bar(fraction, 4)).toBe(text));
});

describe('a profile', () => {
  it('marks an estimate and shortens long fractions', () => {
    const column = {
      name: 'fare',
      type: 'number',
      nulls: 2,
      distinct: 12_345,
      distinctExact: false,
      min: 1,
      max: 150.5,
      mean: 13.0910923,
    };
    expect(profileLines({ columns: [column] })[1]).toBe('fare    number      2  ~12345      1  150.5  13.0911');
  });
});
