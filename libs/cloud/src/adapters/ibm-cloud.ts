import { type Infer, record } from '@polycloud/contracts';
import type { Registration } from '../connection';
import { common, inferenceEndpoint, name, secret } from '../connection-fields';
import type { CloudDeps } from '../deps';
import type { InferenceDriver } from '../inference-driver';
import { offer } from '../offer';
import { TokenCache } from '../token-cache';
import { iamToken } from './ibm/iam';
import { WatsonMl } from './ibm/watson-ml';
import { openS3, s3Login, type S3Sdk } from './s3/s3-client';
import { S3Cloud } from './s3/s3-cloud';

const TOKEN_SERVICE = 'https://iam.cloud.ibm.com';

const ibmConnection = record(s3Login, {
  ...common,
  apiKey: secret('IBM Cloud API key, for watsonx.ai'),
  deploymentId: name(/^[\w-]{1,128}$/, 'watsonx.ai deployment that is asked when none is named'),
  inferenceEndpoint,
}).description('IBM Cloud Object Storage (HMAC credentials) and watsonx.ai Runtime');
type IbmConnection = Infer<typeof ibmConnection>;

function openModels({ region, bucket, apiKey, deploymentId, inferenceEndpoint }: IbmConnection, now: () => number) {
  if (!apiKey) return undefined;
  const own = inferenceEndpoint?.replace(/\/+$/, '');
  const ownsTokenService = own !== undefined && !own.endsWith('.ml.cloud.ibm.com');
  const tokens = new TokenCache(() => iamToken(ownsTokenService ? own : TOKEN_SERVICE, apiKey), now);
  return new WatsonMl({ address: own ?? `https://${region}.ml.cloud.ibm.com`, bucket, deploymentId }, tokens);
}

/** IBM: Cloud Object Storage with HMAC credentials, because only those can presign, and watsonx.ai Runtime. */
export class IbmCloud extends S3Cloud {
  protected readonly inference: InferenceDriver | undefined;
  /** IBM does not say that it heeds a condition on a write, and one that is passed over would overwrite. */
  protected override readonly storageTraits = { conditionalPut: false, presignContentType: true };

  constructor(registration: Registration<IbmConnection>, deps: CloudDeps, s3: S3Sdk) {
    super(registration, deps, s3);
    this.inference = openModels(registration.connection, deps.now);
  }

  static async open(registration: Registration<IbmConnection>, deps: CloudDeps): Promise<IbmCloud> {
    const { connection } = registration;
    const endpoint = connection.endpoint ?? `https://s3.${connection.region}.cloud-object-storage.appdomain.cloud`;
    return new IbmCloud(registration, deps, await openS3({ ...connection, endpoint }));
  }
}

export const ibm = offer({
  name: 'IBM Cloud',
  adapter: IbmCloud,
  connection: ibmConnection,
  hosts: /^[a-z0-9-]+\.ml\.cloud\.ibm\.com$/,
});
