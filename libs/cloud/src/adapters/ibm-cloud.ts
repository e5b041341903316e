import type { Registration } from '../connection';
import type { CloudDeps } from '../deps';
import { openS3, type S3Connection } from './s3/s3-client';
import { S3Cloud } from './s3/s3-cloud';

export interface IbmConnection extends S3Connection {
  apiKey?: string;
  deploymentId?: string;
  /** Overrides the address of watsonx.ai Runtime and of its token service. */
  inferenceEndpoint?: string;
}

/** IBM: Cloud Object Storage with HMAC credentials, because only those can presign. */
export class IbmCloud extends S3Cloud {
  protected readonly inference = undefined;

  static async open(registration: Registration<IbmConnection>, deps: CloudDeps): Promise<IbmCloud> {
    const { connection } = registration;
    const endpoint = connection.endpoint ?? `https://s3.${connection.region}.cloud-object-storage.appdomain.cloud`;
    return new IbmCloud(registration, deps, await openS3({ ...connection, endpoint }));
  }
}
