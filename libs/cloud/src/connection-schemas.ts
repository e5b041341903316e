import Joi from 'joi';

const text = (description: string) => Joi.string().min(1).max(4096).description(description);
const name = (pattern: RegExp, description: string) => text(description).pattern(pattern);
const address = (description: string) =>
  Joi.string()
    .uri({ scheme: ['http', 'https'] })
    .max(2048)
    .description(description);

// These become parts of host names and paths, so each is held to the provider's own alphabet.
const REGION = /^[a-z]{2,}[a-z0-9-]{0,30}$/;
const BUCKET = /^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/;
const FOLDERS = /^(?:[\w!.*'() @=+,~-]*[\w!*'()@=+,~-]\/)*(?:[\w!.*'() @=+,~-]*[\w!*'()@=+,~-])?$/;

const endpoint = address('Address of the storage, when it is not the provider’s own; only hosts that the operator allows');
const inferenceEndpoint = address('Address of the machine-learning service, when it is not the provider’s own');
const prefix = Joi.string()
  .max(256)
  .pattern(FOLDERS)
  .description('Folder of the bucket that holds the data; nothing outside it is touched');

const s3 = {
  region: name(REGION, 'Region of the bucket, such as eu-central-1').required(),
  bucket: name(BUCKET, 'Bucket of the data').required(),
  accessKeyId: text('Access key id').required(),
  secretAccessKey: text('Secret access key').required(),
  endpoint,
  prefix,
};

const aws = Joi.object({ ...s3, sessionToken: text('Session token of temporary credentials'), inferenceEndpoint }).description(
  'Amazon S3 and SageMaker',
);

const azure = Joi.object({
  accountName: name(/^[a-z0-9]{3,24}$/, 'Storage account').required(),
  accountKey: text('Key of the storage account').base64().required(),
  container: name(/^[a-z0-9](?:-?[a-z0-9]){2,62}$/, 'Blob container of the data').required(),
  endpoint,
  prefix,
  scoringUri: address('Scoring address of the Azure Machine Learning endpoint'),
  scoringKey: text('Key or token of that endpoint; a batch endpoint takes a Microsoft Entra token only'),
})
  .and('scoringUri', 'scoringKey')
  .description('Azure Blob Storage and Azure Machine Learning');

const google = Joi.object({
  projectId: name(/^[a-z][a-z0-9-]{4,62}$/, 'Project').required(),
  bucket: name(BUCKET, 'Bucket of the data').required(),
  clientEmail: Joi.string().email({ tlds: false }).description('E-mail address of the service account').required(),
  privateKey: text('Private key of the service account, PEM').max(8192).required(),
  location: name(REGION, 'Region of Vertex AI, such as europe-west4'),
  endpoint,
  prefix,
  inferenceEndpoint,
}).description('Google Cloud Storage and Vertex AI');

const ibm = Joi.object({
  ...s3,
  apiKey: text('IBM Cloud API key, for watsonx.ai'),
  deploymentId: name(/^[\w-]{1,128}$/, 'watsonx.ai deployment that is asked when none is named'),
  inferenceEndpoint,
}).description('IBM Cloud Object Storage (HMAC credentials) and watsonx.ai Runtime');

const s3compatible = Joi.object({
  ...s3,
  endpoint: endpoint.required(),
  region: s3.region.optional().default('us-east-1'),
  sessionToken: text('Session token of temporary credentials'),
}).description('Any storage that speaks the S3 protocol');

/** What `connection` of each provider must be; each can be published as JSON Schema. */
export const connectionSchemas = { AWS: aws, AZURE: azure, GOOGLE: google, IBM: ibm, S3COMPATIBLE: s3compatible } as const;

export type Provider = keyof typeof connectionSchemas;

/** Fields of each connection that are stored encrypted and never shown. */
export const secretFields: Readonly<Record<Provider, readonly string[]>> = {
  AWS: ['secretAccessKey', 'sessionToken'],
  AZURE: ['accountKey', 'scoringKey'],
  GOOGLE: ['privateKey'],
  IBM: ['secretAccessKey', 'apiKey'],
  S3COMPATIBLE: ['secretAccessKey', 'sessionToken'],
};
