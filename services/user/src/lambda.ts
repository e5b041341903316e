import { lambdaHandler } from '@polycloud/http';
import { readServiceConfig } from './config';
import { startUser } from './server';

/** The user service behind an HTTP API. */
export const handler = lambdaHandler({ name: 'user', config: readServiceConfig, start: startUser });
