import type { Endpoint, Endpoints } from '@polycloud/contracts';
import { Components } from './components';
import { headerComponents } from './headers';
import type { Json } from './json-schema';
import { operationOf, requestBodyOf } from './operation';
import { problemSchemas } from './problem-schema';

/** One tag of the document: a resource and its endpoints. */
export interface DocumentedGroup {
  tag: string;
  endpoints: Endpoints;
}

/**
 * The OpenAPI 3.1 document of the endpoints that clients may call; named schemas become components. Throws when an
 * endpoint has no operation name or shares it with another, since generated clients would lose a method.
 */
export function openApiOf(
  groups: readonly DocumentedGroup[],
  info: { title: string; version: string; description: string },
): Json {
  const components = new Components();
  const offered = groups.flatMap(({ tag, endpoints }) =>
    Object.values(endpoints)
      .filter(({ access }) => access !== 'service')
      .map((endpoint) => ({ tag, endpoint })),
  );
  refuseUnclearNames(offered.map(({ endpoint }) => endpoint));
  // Bodies come first: a schema that is used both ways is listed as strict as a body must be.
  for (const { endpoint } of offered) requestBodyOf(endpoint, components);
  const paths: Record<string, Json> = {};
  for (const { tag, endpoint } of offered) {
    const path = endpoint.path.replace(/:(\w+)/g, '{$1}');
    (paths[path] ??= {})[endpoint.method.toLowerCase()] = operationOf(endpoint, tag, components);
  }
  return {
    openapi: '3.1.0',
    info,
    tags: [...new Set(offered.map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    components: {
      schemas: { ...components.all(), ...problemSchemas },
      headers: headerComponents,
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
    },
  };
}

function refuseUnclearNames(endpoints: readonly Endpoint[]): void {
  const seen = new Set<string>();
  for (const { operation, method, path } of endpoints) {
    if (operation === undefined) throw new Error(`${method} ${path} has no operation name`);
    if (seen.has(operation)) throw new Error(`Two endpoints are named ${operation}`);
    seen.add(operation);
  }
}
