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
function cloudConnections({ settings: { ports }, secrets }, available = hasEmulator) {
  const s3 = { ...secrets.tenants, endpoint: urlOf(ports.aws) };
  const models = available('inference') ? inferenceConnections(urlOf(ports.inference), secrets) : {};
  return {
    ...(available('aws') && {
      AWS: { region: DEMO_REGION, bucket: BUCKETS.AWS, ...s3, ...models.AWS },
      IBM: { region: 'us-south', bucket: BUCKETS.IBM, ...s3, ...models.IBM },
    }),
    ...(available('azure') && {
      AZURE: { ...secrets.azure, container: BUCKETS.AZURE, endpoint: azureEndpoint(ports.azure, secrets), ...models.AZURE },
    }),
    ...(available('google') && {
      GOOGLE: { ...googleLogin(secrets), bucket: BUCKETS.GOOGLE, endpoint: urlOf(ports.google), ...models.GOOGLE },
    }),
  };
}

const azureEndpoint = (port, { azure }) => `${urlOf(port)}/${azure.accountName}`;
const googleLogin = ({ googleKey }) => ({ ...GOOGLE_ACCOUNT, privateKey: googleKey.trim() });

/** What each connection needs besides, to reach the machine-learning service of its cloud. */
const inferenceConnections = (url, { scoringKey, ibmApiKey }) => ({
  AWS: { inferenceEndpoint: url },
  IBM: { inferenceEndpoint: url, apiKey: ibmApiKey, deploymentId: 'demo' },
  AZURE: { scoringUri: `${url}/score`, scoringKey },
  GOOGLE: { inferenceEndpoint: url, location: 'europe-west4' },
});

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

/** As the other emulators do by themselves: a browser may follow a presigned URL from any page. */
const ANY_ORIGIN = {
  allowedOrigins: '*',
  allowedMethods: 'GET,PUT',
  allowedHeaders: '*',
  exposedHeaders: '*',
  maxAgeInSeconds: 600,
};

async function makeAzureContainer({ accountName, accountKey, container, endpoint }) {
  const { BlobServiceClient, StorageSharedKeyCredential } = sdk('cloud', '@azure/storage-blob');
  const service = new BlobServiceClient(endpoint, new StorageSharedKeyCredential(accountName, accountKey));
  await service.getContainerClient(container).createIfNotExists();
  await service.setProperties({ cors: [ANY_ORIGIN] });
}

module.exports = { cloudConnections, makeBuckets, sdk };
