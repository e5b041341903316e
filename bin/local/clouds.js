'use strict';
const path = require('node:path');
const { createRequire } = require('node:module');
const { inRoot } = require('./layout');
const { BUCKETS, GOOGLE_ACCOUNT } = require('./demo-clouds');
const { hasEmulator } = require('./parts');
const { urlOf, DEMO_REGION, QUIET_SDK } = require('./environment');

Object.assign(process.env, QUIET_SDK);

/** The SDKs belong to the libraries that wrap them; what is prepared here is what a cloud's console does elsewhere. */
const sdk = (library, name) => createRequire(path.join(inRoot('libs', library), 'package.json'))(name);

/** What PUT /user/cloud takes, for each cloud that has an emulator in this stack. */
function cloudConnections({ settings, secrets }, available = hasEmulator) {
  const { ports } = settings;
  const inference = available('inference') ? { inferenceEndpoint: urlOf(ports.inference) } : {};
  const s3 = { ...secrets.tenants, endpoint: urlOf(ports.aws), ...inference };
  return {
    ...(available('aws') && {
      AWS: { region: DEMO_REGION, bucket: BUCKETS.AWS, ...s3 },
      IBM: { region: 'us-south', bucket: BUCKETS.IBM, ...s3 },
    }),
    ...(available('azure') && {
      AZURE: { ...secrets.azure, container: BUCKETS.AZURE, endpoint: `${urlOf(ports.azure)}/${secrets.azure.accountName}` },
    }),
    ...(available('google') && {
      GOOGLE: {
        ...GOOGLE_ACCOUNT,
        privateKey: secrets.googleKey.trim(),
        bucket: BUCKETS.GOOGLE,
        endpoint: urlOf(ports.google),
        ...inference,
      },
    }),
  };
}

/** Makes the bucket or container of each cloud unless it is there; the Google emulator is told its own at its start. */
async function makeBuckets(stack) {
  const clouds = cloudConnections(stack);
  await Promise.all(Object.entries(clouds).map(([cloud, connection]) => makers[cloud]?.(connection)));
  return Object.keys(clouds).join(', ');
}

const makers = { AWS: makeS3Bucket, IBM: makeS3Bucket, AZURE: makeAzureContainer };

async function makeS3Bucket({ region, bucket, endpoint, accessKeyId, secretAccessKey }) {
  const { S3Client, CreateBucketCommand } = sdk('cloud', '@aws-sdk/client-s3');
  const client = new S3Client({ region, endpoint, forcePathStyle: true, credentials: { accessKeyId, secretAccessKey } });
  await client.send(new CreateBucketCommand({ Bucket: bucket })).catch((error) => {
    if (!['BucketAlreadyOwnedByYou', 'BucketAlreadyExists'].includes(error.name)) throw error;
  });
  client.destroy();
}

async function makeAzureContainer({ accountName, accountKey, container, endpoint }) {
  const { BlobServiceClient, StorageSharedKeyCredential } = sdk('cloud', '@azure/storage-blob');
  const service = new BlobServiceClient(endpoint, new StorageSharedKeyCredential(accountName, accountKey));
  await service.getContainerClient(container).createIfNotExists();
}

module.exports = { cloudConnections, makeBuckets, sdk };
