import { AwsError } from '../aws-error';
import { REGION } from '../arn';
import { parseXml } from '../xml';
import { answer, answerXml, type ObjectOperation } from './operation';
import { readDocument } from './xml-body';

export const listBuckets: ObjectOperation = (call) => {
  const buckets = [...call.store.buckets.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  answerXml(call, 'ListAllMyBucketsResult', {
    Owner: { ID: 'emulator' },
    Buckets: { Bucket: buckets.map(({ name, createdAt }) => ({ Name: name, CreationDate: new Date(createdAt).toISOString() })) },
  });
};

export const createBucket: ObjectOperation = async (call) => {
  await readDocument(call);
  await call.store.create(call.bucket);
  answer(call, 200, { location: `/${call.bucket}` });
};

export const headBucket: ObjectOperation = (call) => {
  call.store.find(call.bucket);
  answer(call, 200, { 'x-amz-bucket-region': REGION });
};

export const deleteBucket: ObjectOperation = async (call) => {
  await call.store.remove(call.bucket);
  answer(call, 204);
};

export const putCors: ObjectOperation = async (call) => {
  const document = await readDocument(call);
  parseXml(document);
  await call.store.putCors(call.bucket, document);
  answer(call, 200);
};

export const getCors: ObjectOperation = async (call) => {
  const document = await call.store.cors(call.bucket);
  if (document === undefined) throw new AwsError('NoSuchCORSConfiguration', 404, 'The CORS configuration does not exist');
  call.response
    .writeHead(200, { 'content-type': 'application/xml', 'content-length': Buffer.byteLength(document) })
    .end(document);
};
