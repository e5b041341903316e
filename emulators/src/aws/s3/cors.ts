import type { ServerResponse } from 'node:http';
import type { AwsRequest } from '../aws-request';

/** A browser may use a presigned URL from any page: the URL itself is the permission. */
export function allowAnyOrigin(response: ServerResponse): void {
  response.setHeader('access-control-allow-origin', '*');
  response.setHeader('access-control-expose-headers', '*');
}

export function answerPreflight(request: AwsRequest, response: ServerResponse): void {
  allowAnyOrigin(response);
  response.setHeader('access-control-allow-methods', 'GET, HEAD, PUT, POST, DELETE');
  response.setHeader('access-control-allow-headers', request.header('access-control-request-headers') ?? '*');
  response.setHeader('access-control-max-age', '3000');
  response.writeHead(200, { 'content-length': '0' }).end();
}
