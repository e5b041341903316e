import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readServiceConfig as billing } from '../../../services/billing/src/config';
import { readServiceConfig as gateway } from '../../../services/gateway/src/config';
import { readServiceConfig as order } from '../../../services/order/src/config';
import { readServiceConfig as tenantData } from '../../../services/tenant-data/src/config';
import { readServiceConfig as user } from '../../../services/user/src/config';
import { settingsOf, settingsTable } from '../src';

const readers = { gateway, user, order, billing, 'tenant-data': tenantData };
const schemas = Object.fromEntries(Object.entries(readers).map(([name, read]) => [name, settingsOf(read)]));

it('stands in the README as the services read their settings (npm run config -- table)', () => {
  expect(readFileSync(join(__dirname, '../../../README.md'), 'utf8')).toContain(settingsTable(schemas));
});

it('describes every setting', () => {
  for (const [name, schema] of Object.entries(schemas)) {
    const keys = (schema.describe() as { keys: Record<string, { flags?: { description?: string } }> }).keys;
    const silent = Object.entries(keys).flatMap(([key, { flags }]) => (flags?.description ? [] : [`${name}: ${key}`]));
    expect(silent).toEqual([]);
  }
});
