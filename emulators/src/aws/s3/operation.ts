import type { ServerResponse } from 'node:http';
import type { AwsRequest } from '../aws-request';
import { xmlDocument, type XmlContent } from '../xml';
import type { BucketStore } from './bucket-store';

/** One S3 request on its way through an operation. */
export interface ObjectCall {
  request: AwsRequest;
  response: ServerResponse;
  store: BucketStore;
  bucket: string;
  key: string;
  /** What the signature says about the body: a SHA-256 in hex, or one of S3's words. */
  payloadHash: string;
}

export type ObjectOperation = (call: ObjectCall) => Promise<void> | void;

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

export function answer({ response }: ObjectCall, status: number, headers: Record<string, string> = {}): void {
  response.writeHead(status, { ...headers, ...(status !== 204 && { 'content-length': '0' }) }).end();
}

export function answerXml({ response }: ObjectCall, root: string, content: XmlContent): void {
  const body = Buffer.from(xmlDocument(root, content, NAMESPACE));
  response.writeHead(200, { 'content-type': 'application/xml', 'content-length': body.length }).end(body);
}
