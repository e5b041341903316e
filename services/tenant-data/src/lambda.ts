import { lambdaHandler } from '@polycloud/http';
import { readServiceConfig } from './config';
import { startTenantData } from './server';

/** The tenant-data service behind an HTTP API. */
export const handler = lambdaHandler({ name: 'tenant-data', config: readServiceConfig, start: startTenantData });
