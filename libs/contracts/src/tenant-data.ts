import Joi from 'joi';
import { endpoint } from './endpoint';
import { id, objectKey, pageLimit, pageQuery, time } from './fields';
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

export const DataQuery = record(
  {},
  {
    ...pageQuery,
    prefix: Joi.string<string>().max(512).description('Only datasets whose key begins so'),
    dataset: objectKey().description('Rows of this dataset'),
    columns: Joi.string<string>().max(4096).description('Only these columns, separated by commas'),
    processId: id().description('The result of this process'),
  },
  pageLimit,
).oxor('dataset', 'processId') as Joi.ObjectSchema<{
  limit: number;
  cursor?: string;
  prefix?: string;
  dataset?: string;
  columns?: string;
  processId?: string;
}>;

const contentType = () => Joi.string<string>().max(255).example('text/csv');

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
  record({ key: objectKey() }, { contentType: contentType(), size: Joi.number().integer().min(0) }),
);
const NewDownload = named('NewDownload', record({ key: objectKey() }));

export const data = {
  read: endpoint({
    method: 'GET',
    path: '/data',
    alsoAt: ['/user/data'],
    summary: 'My datasets, the rows of one, or the result of a process',
    query: DataQuery,
    status: 200,
    returns: Joi.alternatives(list(Dataset), list(Row), Result),
    paged: true,
    fails: [
      'CLOUD_NOT_REGISTERED',
      'NOT_FOUND',
      'INVALID_STATE',
      'PAYMENT_REQUIRED',
      'DATASET_UNREADABLE',
      'CLOUD_FAILED',
      'UPSTREAM_TIMEOUT',
    ],
  }),
  uploadUrl: endpoint({
    method: 'POST',
    path: '/data/upload-url',
    summary: 'A URL to upload a dataset to my cloud',
    body: NewUpload,
    status: 200,
    returns: PresignedUrl,
    fails: ['CLOUD_NOT_REGISTERED', 'CLOUD_FAILED'],
  }),
  downloadUrl: endpoint({
    method: 'POST',
    path: '/data/download-url',
    summary: 'A URL to download a dataset from my cloud',
    body: NewDownload,
    status: 200,
    returns: PresignedUrl,
    fails: ['CLOUD_NOT_REGISTERED', 'CLOUD_FAILED'],
  }),
  remove: endpoint({
    method: 'DELETE',
    path: '/data',
    summary: 'Delete a dataset of mine',
    query: record({ dataset: objectKey() }),
    status: 204,
    fails: ['CLOUD_NOT_REGISTERED', 'CLOUD_FAILED'],
  }),
};
