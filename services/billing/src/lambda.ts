import { lambdaHandler } from '@polycloud/http';
import { readServiceConfig } from './config';
import { startBilling } from './server';

/** The billing service behind an HTTP API. */
export const handler = lambdaHandler({ name: 'billing', config: readServiceConfig, start: startBilling });
