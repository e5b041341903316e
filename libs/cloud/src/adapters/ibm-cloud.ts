import type { Registration } from '../connection';
import type { CloudDeps } from '../deps';
import type { InferenceDriver } from '../inference-driver';
import { TokenCache } from '../token-cache';
import { iamToken } from './ibm/iam';
import { WatsonMl } from './ibm/watson-ml';
import { openS3, type S3Connection, type S3Sdk } from './s3/s3-client';
import { S3Cloud } from './s3/s3-cloud';

const TOKEN_SERVICE = 'https://iam.cloud.ibm.com';

export interface IbmConnection extends S3Connection {
  /** Without it there is no inference. */
  apiKey?: string;
  deploymentId?: string;
  /** Overrides the address of watsonx.ai Runtime and of its token service. */
  inferenceEndpoint?: string;
}

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
