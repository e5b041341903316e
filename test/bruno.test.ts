import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Endpoint, type Endpoints, serviceContracts } from '@polycloud/contracts';

const folder = join(__dirname, '../docs/bruno');
const requests = readdirSync(folder)
  .filter((name) => name.endsWith('.bru') && name !== 'collection.bru')
  .map((name) => [name, readFileSync(join(folder, name), 'utf8')] as const);
const endpoints = Object.values(serviceContracts).flatMap((service) =>
  Object.values(service as Record<string, Endpoints>).flatMap((group): Endpoint[] => Object.values(group)),
);

/** A value for each variable, of the kind that the flows put there. */
const filled = (text: string) =>
  text
    .replace(/\{\{email\}\}/g, 'sara@example.com')
    .replace(/\{\{(orderId|processId)\}\}/g, '019a0c5e-7b1a-7c3d-8e4f-5a6b7c8d9e0f')
    .replace(/\{\{[^}]+\}\}/g, 'taxis.csv');

/** The endpoint that a request asks, and what it sends there. */
function asked(text: string) {
  const [, method = '', url = ''] = /^(get|post|put|patch|delete) \{\n {2}url: \{\{gateway\}\}(\S+)/m.exec(text) ?? [];
  const { pathname, searchParams } = new URL(filled(url), 'http://gateway');
  const body = /^body:json \{\n([\s\S]*?)\n\}/m.exec(text)?.[1];
  const endpoint = endpoints.find(
    (one) => one.method === method.toUpperCase() && new RegExp(`^${one.path.replace(/:\w+/g, '[^/]+')}$`).test(pathname),
  );
  return { endpoint, query: Object.fromEntries(searchParams), body: body && (JSON.parse(filled(body)) as unknown) };
}

describe('the Bruno collection', () => {
  it.each(requests)('asks in %s what the contract takes, and expects its status', (_name, text) => {
    const { endpoint, query, body } = asked(text);
    expect(endpoint?.access).not.toBe('service');
    expect(endpoint?.query?.validate(query).error).toBeUndefined();
    expect(endpoint?.body?.required().validate(body, { convert: false }).error).toBeUndefined();
    expect(text).toContain(`res.status: eq ${endpoint?.status}`);
  });

  it('has the main flow in it', () => {
    const operations = requests.map(([, text]) => asked(text).endpoint?.operation);
    expect(operations).toEqual(expect.arrayContaining(['logIn', 'placeOrder', 'getProcess', 'readData', 'listPayments']));
  });
});
