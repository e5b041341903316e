import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { ALBEvent, APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import type { HttpHandler } from '../src';

interface Door {
  url: string;
  server: Server;
  close(): Promise<void>;
}

/** An HTTP API in front of a handler: each request becomes an event of payload format 2.0, each result a response. */
export const apiGateway = (handler: HttpHandler): Promise<Door> => door(handler, eventOf);

/** A load balancer in front of a handler, which it sends events of its own kind. */
export const loadBalancer = (handler: HttpHandler): Promise<Door> =>
  door(handler, async (request) => (await balancedEventOf(request)) as unknown as APIGatewayProxyEventV2);

async function door(
  handler: HttpHandler,
  eventFrom: (request: IncomingMessage) => Promise<APIGatewayProxyEventV2>,
): Promise<Door> {
  const server = createServer((request, response) => {
    void eventFrom(request)
      .then((event) => handler(event, { getRemainingTimeInMillis: () => 30_000 } as Context))
      .then((result) => write(result, response))
      .catch((error: unknown) => response.writeHead(502).end(String(error)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () => new Promise<void>((resolve) => void server.close(() => resolve()).closeAllConnections());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server, close };
}

/** As API Gateway makes it: names in lower case, several values joined by commas, cookies apart, bytes that are no text in base64. */
async function eventOf(request: IncomingMessage): Promise<APIGatewayProxyEventV2> {
  const { pathname, search } = new URL(request.url ?? '/', 'http://gateway');
  const body = await buffer(request);
  const { cookie, ...headers } = request.headers;
  const isText = Buffer.from(body.toString('utf8')).equals(body);
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: decodeURIComponent(pathname),
    rawQueryString: search.slice(1),
    ...(cookie && { cookies: cookie.split('; ') }),
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
    requestContext: {
      ...{ accountId: '000000000000', apiId: 'api', domainName: 'api.example', domainPrefix: 'api', requestId: 'id' },
      ...{ routeKey: '$default', stage: '$default', time: '21/Nov/2026:00:00:00 +0000', timeEpoch: Date.now() },
      http: {
        method: request.method ?? 'GET',
        path: pathname,
        protocol: 'HTTP/1.1',
        sourceIp: '127.0.0.1',
        userAgent: headers['user-agent'] ?? '',
      },
    },
    ...(body.length > 0 && { body: isText ? body.toString('utf8') : body.toString('base64') }),
    isBase64Encoded: !isText,
  };
}

/** As an Application Load Balancer makes it: query values as they came, still percent-encoded, and the client in X-Forwarded-For. */
async function balancedEventOf(request: IncomingMessage): Promise<ALBEvent> {
  const { rawPath, rawQueryString, body, isBase64Encoded } = await eventOf(request);
  const pairs = rawQueryString.split('&').filter(Boolean);
  return {
    requestContext: { elb: { targetGroupArn: 'arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup/api/1' } },
    httpMethod: request.method ?? 'GET',
    path: rawPath,
    queryStringParameters: Object.fromEntries(pairs.map((pair) => pair.split('=') as [string, string])),
    headers: {
      ...Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)])),
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'https',
    },
    body: body ?? '',
    isBase64Encoded,
  };
}

function write(result: APIGatewayProxyStructuredResultV2, response: ServerResponse): void {
  const { statusCode = 200, headers = {}, cookies = [], body = '', isBase64Encoded = false } = result;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, String(value));
  if (cookies.length > 0) response.setHeader('set-cookie', cookies);
  response.writeHead(statusCode).end(Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'));
}
