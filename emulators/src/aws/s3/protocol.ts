import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { AwsError } from '../aws-error';
import { type AwsRequest, decodePercent } from '../aws-request';
import type { SignatureVerifier } from '../signature/verifier';
import { xmlDocument } from '../xml';
import * as bucketOperations from './bucket-operations';
import type { BucketStore } from './bucket-store';
import { allowAnyOrigin, answerPreflight } from './cors';
import { deleteObject, deleteObjects } from './delete-object';
import { getObject } from './get-object';
import { listObjects } from './list-objects';
import * as multipart from './multipart';
import type { ObjectOperation } from './operation';
import { copyObject, putObject } from './put-object';

/** Query parameters that choose another operation than the plain method does. */
const SUBRESOURCES = ['cors', 'delete', 'uploads', 'uploadId'];

/** Sub-resources of S3 that are not here; without this list a request for one would be taken for a plain one. */
const REFUSED = [
  'acl',
  'policy',
  'tagging',
  'versioning',
  'versions',
  'lifecycle',
  'notification',
  'retention',
  'restore',
  'attributes',
];

/** By kind of target, method and sub-resource. */
const OPERATIONS: Record<string, ObjectOperation> = {
  'service GET': bucketOperations.listBuckets,
  'bucket PUT': bucketOperations.createBucket,
  'bucket HEAD': bucketOperations.headBucket,
  'bucket DELETE': bucketOperations.deleteBucket,
  'bucket GET': listObjects,
  'bucket GET cors': bucketOperations.getCors,
  'bucket PUT cors': bucketOperations.putCors,
  'bucket POST delete': deleteObjects,
  'object PUT': putObject,
  'object PUT copy': copyObject,
  'object GET': getObject,
  'object HEAD': getObject,
  'object DELETE': deleteObject,
  'object POST uploads': multipart.createUpload,
  'object PUT uploadId': multipart.uploadPart,
  'object POST uploadId': multipart.completeUpload,
  'object DELETE uploadId': multipart.abortUpload,
  'object GET uploadId': multipart.listParts,
};

/** S3 with path-style addresses. */
export class ObjectProtocol {
  constructor(
    private readonly verifier: SignatureVerifier,
    private readonly store: BucketStore,
  ) {}

  async handle(request: AwsRequest, response: ServerResponse): Promise<void> {
    response.setHeader('x-amz-request-id', randomUUID());
    if (request.method === 'OPTIONS') return answerPreflight(request, response);
    if (request.header('origin') !== undefined) allowAnyOrigin(response);
    try {
      const payloadHash = this.verifier.verify(request, 's3');
      const { bucket, key } = splitPath(request.path);
      await operationOf(request, bucket, key)({ request, response, store: this.store, bucket, key, payloadHash });
    } catch (error) {
      if (!(error instanceof AwsError) || response.headersSent) throw error;
      answerError(request, response, error);
    }
  }
}

function splitPath(path: string): { bucket: string; key: string } {
  const slash = path.indexOf('/', 1);
  if (slash < 0) return { bucket: decodePercent(path.slice(1)), key: '' };
  return { bucket: decodePercent(path.slice(1, slash)), key: decodePercent(path.slice(slash + 1)) };
}

function operationOf(request: AwsRequest, bucket: string, key: string): ObjectOperation {
  const target = bucket === '' ? 'service' : key === '' ? 'bucket' : 'object';
  const subresource = SUBRESOURCES.find((name) => request.param(name) !== undefined);
  const copy = request.amz('x-amz-copy-source') !== undefined;
  const refused = REFUSED.some((name) => request.param(name) !== undefined) || (copy && subresource !== undefined);
  const name = [target, request.method, subresource ?? (copy ? 'copy' : undefined)].filter(Boolean).join(' ');
  const operation = OPERATIONS[name];
  if (!operation || refused) throw new AwsError('NotImplemented', 501, `This emulator does not implement ${name}.`);
  return operation;
}

function answerError(request: AwsRequest, response: ServerResponse, error: AwsError): void {
  const { code, status, message, details } = error;
  const content = {
    Code: code,
    Message: message,
    Resource: request.path,
    ...details,
    RequestId: String(response.getHeader('x-amz-request-id')),
  };
  const body = Buffer.from(xmlDocument('Error', content));
  if (request.method === 'HEAD') return void response.writeHead(status).end();
  response.writeHead(status, { 'content-type': 'application/xml', 'content-length': body.length }).end(body);
}
