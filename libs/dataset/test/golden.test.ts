import { createReadStream, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { profile, type Profile } from '../src';

const DATA = join(__dirname, '../../../data');

/** The golden means and deviations were summed in another order, so their last digits may differ. */
const rounded = ({ columns, ...rest }: Profile) => ({
  ...rest,
  columns: columns.map((column) => ({
    ...column,
    mean: column.mean?.toPrecision(12),
    stddev: column.stddev?.toPrecision(12),
  })),
});

describe('the profile of the sample datasets', () => {
  it.each(['taxis', 'penguins', 'titanic'])('%s.csv is what an independent computation found', async (name) => {
    const golden = JSON.parse(readFileSync(join(__dirname, `golden/${name}.json`), 'utf8')) as Profile;
    const found = await profile(`${name}.csv`, createReadStream(join(DATA, `${name}.csv`)), { format: 'csv' });
    expect(rounded(found)).toEqual(rounded(golden));
    expect(Object.keys(found.columns[0]!)).toEqual(Object.keys(golden.columns[0]!));
  });
});
