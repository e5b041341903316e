import { lambdaHandler } from '@polycloud/http';
import { readServiceConfig } from './config';
import { startGateway } from './server';

/** The gateway service behind an HTTP API. */
export const handler = lambdaHandler({ name: 'gateway', config: readServiceConfig, start: startGateway });
