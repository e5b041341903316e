import { type Infer, record } from '@polycloud/contracts';
import type { Registration } from '../connection';
import { common, inferenceEndpoint } from '../connection-fields';
import type { CloudDeps } from '../deps';
import type { InferenceDriver } from '../inference-driver';
import { offer } from '../offer';
import { SageMaker } from './aws/sagemaker';
import { openS3, s3Login, type S3Sdk, sessionToken } from './s3/s3-client';
import { S3Cloud } from './s3/s3-cloud';

const awsConnection = record(s3Login, { sessionToken, ...common, inferenceEndpoint }).description('Amazon S3 and SageMaker');
type AwsConnection = Infer<typeof awsConnection>;

/** Amazon: S3 and SageMaker. */
export class AwsCloud extends S3Cloud {
  protected readonly inference: InferenceDriver | undefined;

  constructor(registration: Registration<AwsConnection>, deps: CloudDeps, s3: S3Sdk) {
    super(registration, deps, s3);
    const { connection } = registration;
    // Whoever keeps his objects elsewhere does not mean Amazon's own models.
    const hasModels = connection.endpoint === undefined || connection.inferenceEndpoint !== undefined;
    this.inference = hasModels ? new SageMaker(connection, deps.now) : undefined;
  }

  static async open(registration: Registration<AwsConnection>, deps: CloudDeps): Promise<AwsCloud> {
    return new AwsCloud(registration, deps, await openS3(registration.connection));
  }
}

export const aws = offer({
  name: 'Amazon Web Services',
  adapter: AwsCloud,
  connection: awsConnection,
  hosts: /^(runtime|api)\.sagemaker\.[a-z0-9-]+\.amazonaws\.com$/,
});
