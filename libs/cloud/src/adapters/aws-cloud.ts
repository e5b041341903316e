import type { Registration } from '../connection';
import type { CloudDeps } from '../deps';
import { openS3, type S3Connection } from './s3/s3-client';
import { S3Cloud } from './s3/s3-cloud';

export interface AwsConnection extends S3Connection {
  /** Overrides the address of SageMaker, both of its runtime and of its jobs. */
  inferenceEndpoint?: string;
}

/** Amazon: S3. */
export class AwsCloud extends S3Cloud {
  protected readonly inference = undefined;

  static async open(registration: Registration<AwsConnection>, deps: CloudDeps): Promise<AwsCloud> {
    return new AwsCloud(registration, deps, await openS3(registration.connection));
  }
}
