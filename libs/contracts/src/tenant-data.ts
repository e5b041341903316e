import Joi from 'joi';
import { endpoint } from './endpoint';
import { id, objectKey, pageLimit, time } from './fields';
import { list, named, oneOf, record } from './schema';

export const Dataset = named(
  'Dataset',
  record({
    key: objectKey(),
    size: Joi.number().integer().description('Bytes'),
    contentType: Joi.string<string>(),
    updatedAt: time(),
  }),
);

export const Row = Joi.object<Record<string, unknown>>().unknown(true).description('One row of a dataset: its fields by column');
export const Result = Joi.object<Record<string, unknown>>().unknown(true).description('The result of a finished process');

/** A cloud's own page token travels in the cursor, so it is longer than that of other lists. */
const cursor = () => Joi.string<string>().max(4096).description('The opaque nextCursor of the page before');

export const DataQuery = record(
  {},
  {
    cursor: cursor(),
    prefix: Joi.string<string>().allow('').max(512).description('Only datasets whose key begins so'),
    dataset: objectKey().description('Rows of this dataset'),
    columns: Joi.string<string>().max(4096).description('Only these columns, in this order, separated by commas'),
    processId: id().description('The result of this process'),
  },
  pageLimit,
)
  .oxor('dataset', 'processId', 'prefix')
  .oxor('processId', 'cursor')
  .with('columns', 'dataset') as Joi.ObjectSchema<{
  limit: number;
  cursor?: string;
  prefix?: string;
  dataset?: string;
  columns?: string;
  processId?: string;
}>;

/** The largest upload that every cloud takes in one request, bytes. */
const MAX_UPLOAD = 5_000 * 1024 * 1024;

export const PresignedUrl = named(
  'PresignedUrl',
  record({
    url: Joi.string<string>(),
    method: oneOf('GET', 'PUT'),
    headers: Joi.object<Record<string, string>>().pattern(Joi.string(), Joi.string()).description('To be sent as they are'),
    expiresAt: time(),
  }),
);

const NewUpload = named(
  'NewUpload',
  record(
    { key: objectKey() },
    {
      contentType: Joi.string<string>()
        .max(255)
        .pattern(/^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(\s*;\s*[\w-]+=[\w.+-]+)*$/, 'media type')
        .example('text/csv')
        .description('Default: by the extension of the key'),
      size: Joi.number().integer().min(0).max(MAX_UPLOAD).description('Bytes'),
    },
  ),
);
const NewDownload = named('NewDownload', record({ key: objectKey() }));

export const NewPrediction = named(
  'NewPrediction',
  record({
    endpoint: Joi.string<string>()
      .pattern(/^[A-Za-z0-9][\w.@-]{0,127}$/, 'name of an endpoint')
      .description('Endpoint (AWS), deployment (Azure, IBM) or endpoint id (Google)')
      .example('fares'),
    records: list(Joi.object<Record<string, unknown>>().unknown(true)).min(1).max(1000),
  }),
);

export const Prediction = named(
  'Prediction',
  record({ predictions: list(Joi.any<unknown>()).description("One for each record, in its order, in the model's own form") }),
);

export const data = {
  read: endpoint({
    operation: 'readData',
    method: 'GET',
    path: '/data',
    alsoAt: ['/user/data'],
    summary: 'My datasets, the rows of one, or the result of a process',
    query: DataQuery,
    status: 200,
    headers: ['ETag', 'X-Cache'],
    returns: Joi.alternatives(list(Dataset), list(Row), Result),
    paged: true,
    fails: [
      'CLOUD_NOT_REGISTERED',
      'NOT_FOUND',
      'INVALID_STATE',
      'PAYMENT_REQUIRED',
      'PAYLOAD_TOO_LARGE',
      'DATASET_UNREADABLE',
      'CLOUD_FAILED',
      'UNAVAILABLE',
      'UPSTREAM_TIMEOUT',
    ],
  }),
  predict: endpoint({
    operation: 'predictNow',
    method: 'POST',
    path: '/data/predict',
    bodyLimit: 1024 * 1024,
    summary: "Inference at once by a model of my cloud's machine-learning service",
    body: NewPrediction,
    status: 200,
    returns: Prediction,
    fails: ['CLOUD_NOT_REGISTERED', 'NOT_FOUND', 'INVALID_STATE', 'CLOUD_FAILED', 'UNAVAILABLE', 'UPSTREAM_TIMEOUT'],
  }),
  uploadUrl: endpoint({
    operation: 'createUploadUrl',
    method: 'POST',
    path: '/data/upload-url',
    summary: 'A URL to upload a dataset to my cloud',
    body: NewUpload,
    status: 200,
    returns: PresignedUrl,
    fails: ['CLOUD_NOT_REGISTERED', 'CLOUD_FAILED', 'UNAVAILABLE', 'UPSTREAM_TIMEOUT'],
  }),
  downloadUrl: endpoint({
    operation: 'createDownloadUrl',
    method: 'POST',
    path: '/data/download-url',
    summary: 'A URL to download a dataset from my cloud',
    body: NewDownload,
    status: 200,
    returns: PresignedUrl,
    fails: ['CLOUD_NOT_REGISTERED', 'CLOUD_FAILED', 'UNAVAILABLE', 'UPSTREAM_TIMEOUT'],
  }),
  remove: endpoint({
    operation: 'deleteDataset',
    method: 'DELETE',
    path: '/data',
    summary: 'Delete a dataset of mine',
    query: record({ dataset: objectKey() }),
    status: 204,
    fails: ['CLOUD_NOT_REGISTERED', 'CLOUD_FAILED', 'UNAVAILABLE', 'UPSTREAM_TIMEOUT'],
  }),
};
