import { type Endpoint, type Endpoints, Page, serviceContracts } from '@polycloud/contracts';
import { openApiOf } from '@polycloud/http';

interface Operation {
  operationId: string;
  tags: string[];
  requestBody?: { content: Record<string, { example?: unknown }> };
  responses: Record<
    string,
    { headers: Record<string, { $ref: string }>; content?: Record<string, { schema: { $ref?: string }; example?: unknown }> }
  >;
}
interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, unknown>; headers: Record<string, { required: boolean }> };
}

const groups = Object.values(serviceContracts).flatMap((service) => Object.entries(service) as [string, Endpoints][]);
const endpoints = groups.flatMap(([, group]) => Object.values(group)).filter(({ access }) => access !== 'service');
const document = openApiOf(
  groups.map(([tag, group]) => ({ tag, endpoints: group })),
  { title: 'Polycloud', version: '1.0.0', description: '' },
) as unknown as Document;
const operations = Object.values(document.paths).flatMap((path) => Object.values(path));
const operationOf = ({ operation }: Endpoint) => operations.find(({ operationId }) => operationId === operation);

function partsOf(part: unknown, place = '#'): { place: string; part: Record<string, unknown> }[] {
  if (part === null || typeof part !== 'object') return [];
  const inner = Object.entries(part).flatMap(([name, value]) => (name === 'example' ? [] : partsOf(value, `${place}/${name}`)));
  return [{ place, part: part as Record<string, unknown> }, ...inner];
}

describe('the OpenAPI document', () => {
  it('has every endpoint of the contracts that clients may call, and none that only services may', () => {
    expect(operations).toHaveLength(endpoints.length);
    expect(Object.keys(document.paths).filter((path) => path.startsWith('/internal'))).toEqual([]);
    expect(document.components.schemas).not.toHaveProperty('CloudConnection');
  });

  it('names each operation once, in camel case, under exactly one tag, and like no schema', () => {
    const ids = operations.map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => !/^[a-z]+([A-Z][a-z0-9]+)+$/.test(id))).toEqual([]);
    expect(operations.filter(({ tags }) => tags.length !== 1)).toEqual([]);
    const schemas = Object.keys(document.components.schemas).map((name) => name.toLowerCase());
    expect(ids.filter((id) => schemas.includes(id.toLowerCase()))).toEqual([]);
  });

  it('states a success, and a Problem on default and on every failure', () => {
    for (const { responses } of operations) {
      expect(Object.keys(responses).filter((status) => status.startsWith('2'))).toHaveLength(1);
      const failures = Object.entries(responses).filter(([status]) => !status.startsWith('2'));
      expect(failures.map(([status]) => status)).toContain('default');
      for (const [, failure] of failures)
        expect(failure.content?.['application/problem+json']?.schema.$ref).toBe('#/components/schemas/Problem');
    }
  });

  it('tells of every answer which headers it bears, as components that are shared', () => {
    const headersOf = (id: string, status: string) =>
      Object.keys(operations.find(({ operationId }) => operationId === id)?.responses[status]?.headers ?? {}).sort();
    const everywhere = ['RateLimit', 'RateLimit-Policy', 'X-Request-Id'];
    const of = (...names: string[]) => [...everywhere, ...names].sort();
    expect(headersOf('getOrder', '200')).toEqual(everywhere);
    expect(headersOf('getOrder', 'default')).toEqual(everywhere);
    expect(headersOf('placeOrder', '202')).toEqual(of('Location', 'Retry-After', 'Idempotent-Replayed'));
    expect(headersOf('readData', '200')).toEqual(of('ETag', 'X-Cache'));
    expect(headersOf('placeOrder', '401')).toEqual(of('WWW-Authenticate'));
    expect(headersOf('logIn', '401')).toEqual(everywhere);
    expect(headersOf('logIn', '429')).toEqual(of('Retry-After'));
    expect(operations.filter(({ responses }) => '202' in responses && !responses['202']?.headers['Retry-After'])).toEqual([]);
    expect(document.components.headers['Location']?.required).toBe(true);
    expect(document.components.headers['RateLimit']?.required).toBe(false);
  });

  it('gives every object a name and refers only to names that it lists', () => {
    const parts = partsOf(document);
    const nameless = parts.filter(({ place, part }) => part['properties'] && !/^#\/components\/schemas\/\w+$/.test(place));
    expect(nameless.map(({ place }) => place)).toEqual([]);
    const references = parts.flatMap(({ part }) => (typeof part['$ref'] === 'string' ? [part['$ref'].split('/').at(-1)] : []));
    const listed = { ...document.components.schemas, ...document.components.headers };
    expect(references.filter((name) => !Object.hasOwn(listed, name ?? ''))).toEqual([]);
  });

  it('has no enum that lets null through, which generators write as the text null', () => {
    const nullable = partsOf(document).filter(({ part }) => Array.isArray(part['enum']) && Array.isArray(part['type']));
    expect(nullable.map(({ place }) => place)).toEqual([]);
  });

  it('closes bodies to unknown fields and leaves answers open to new ones', () => {
    expect(document.components.schemas['NewOrder']).toHaveProperty('additionalProperties', false);
    expect(document.components.schemas['Order']).not.toHaveProperty('additionalProperties');
  });

  it.each(endpoints.filter(({ body }) => body).map((endpoint) => [endpoint.operation, endpoint]))(
    'shows a body of %s that the endpoint takes',
    (_name, endpoint) => {
      const { example } = operationOf(endpoint)?.requestBody?.content['application/json'] ?? {};
      expect(endpoint.body?.validate(example, { convert: false }).error).toBeUndefined();
    },
  );

  it.each(endpoints.filter(({ returns, bare }) => returns && !bare).map((endpoint) => [endpoint.operation, endpoint]))(
    'shows an answer of %s that its schema lets through',
    (_name, endpoint) => {
      const answer = operationOf(endpoint)?.responses[endpoint.status]?.content ?? {};
      const { example } = (answer['application/json'] ?? {}) as { example?: { data: unknown; page?: unknown } };
      if ('text/event-stream' in answer) return expect(example).toBeUndefined();
      expect(endpoint.returns?.validate(example?.data, { convert: false }).error).toBeUndefined();
      if (endpoint.paged) expect(Page.validate(example?.page).error).toBeUndefined();
    },
  );

  it('refuses an endpoint without an operation name, and two with one', () => {
    const nameless: Endpoint = { method: 'GET', path: '/x', summary: 'X', access: 'public', status: 204 };
    const info = { title: '', version: '', description: '' };
    expect(() => openApiOf([{ tag: 'x', endpoints: { x: nameless } }], info)).toThrow('GET /x has no operation name');
    const named = { ...nameless, operation: 'doIt' };
    expect(() => openApiOf([{ tag: 'x', endpoints: { x: named, y: named } }], info)).toThrow('Two endpoints are named doIt');
  });
});
