import type { Provider } from '@polycloud/contracts';
import { aws } from './adapters/aws-cloud';
import { azure } from './adapters/azure-cloud';
import { google } from './adapters/google-cloud';
import { ibm } from './adapters/ibm-cloud';
import { s3Compatible } from './adapters/s3compatible-cloud';
import type { Offer } from './offer';

/** The clouds that are offered. How to add one: docs/add-a-cloud.md. */
export const clouds: Readonly<Record<Provider, Offer>> = {
  AWS: aws,
  AZURE: azure,
  GOOGLE: google,
  IBM: ibm,
  S3COMPATIBLE: s3Compatible,
};
