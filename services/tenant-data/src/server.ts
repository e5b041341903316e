import '@polycloud/telemetry/register';
import { ServiceIdentity, TokenVerifier } from '@polycloud/auth';
import { billingInternals, processes, tokens } from '@polycloud/contracts';
import { checkDatabase, connectDatabase } from '@polycloud/database';
import { clientOf, runAsProcess, type RunningService } from '@polycloud/http';
import { serve } from '@polycloud/http/serve';
import { type Logger, traceCalls } from '@polycloud/logger';
import { UserClouds } from '@polycloud/user-clouds';
import { DatasetBo } from './bo/dataset.bo';
import { PredictionBo } from './bo/prediction.bo';
import { ContentCache } from './bo/reading/content-cache';
import { ResultBo } from './bo/result.bo';
import { RowBo } from './bo/row.bo';
import { type Config, readServiceConfig } from './config';
import { DataController } from './controllers/data.controller';
import { DatasetIndexDao } from './dao/dataset-index.dao';
import { asKnownFailure } from './failure';
import { defineModels } from './models';
import { dataRoutes } from './routes/data.routes';

/** A client waits: two tries of four seconds fit his ten, a pause that a cloud asks for is his to wait. */
const CLOUD_PATIENCE = { timeoutMs: 4_000, attempts: 2, maxDelayMs: 500 };

/** The tenant-data service: a user's data, from the user's cloud. */
export async function startTenantData(config: Config, logger: Logger): Promise<RunningService> {
  const database = connectDatabase(config, logger);
  const models = defineModels(database);
  const identity = new ServiceIdentity('tenant-data', config.SERVICE_KEY, config.SERVICE_TRUST);
  const userApi = clientOf(tokens, { name: 'user', url: config.USER_URL, identity });
  const processApi = clientOf(processes, { name: 'order', url: config.ORDER_URL, identity });
  const billingApi = clientOf(billingInternals, { name: 'billing', url: config.BILLING_URL, identity });
  const verifier = new TokenVerifier(userApi);
  const userClouds = new UserClouds(userApi, { ...CLOUD_PATIENCE, allowedEndpoints: config.CLOUD_ENDPOINT_ALLOWLIST, logger });

  const datasetIndexDao = new DatasetIndexDao(models);
  const cache = new ContentCache(config.DATA_CACHE_MIB * 1024 * 1024);
  const datasetBo = new DatasetBo(userClouds, datasetIndexDao, cache);
  const rowBo = new RowBo(datasetBo, userClouds, datasetIndexDao, cache);
  const resultBo = new ResultBo(datasetBo, userClouds, cache, { processApi, billingApi });
  const predictionBo = new PredictionBo(userClouds);
  const dataController = new DataController({ datasetBo, rowBo, resultBo, predictionBo });
  traceCalls({ userClouds, datasetIndexDao, datasetBo, rowBo, resultBo, predictionBo, dataController }, logger);

  return serve(config, dataRoutes(dataController), {
    name: 'tenant-data',
    logger,
    authenticator: { user: (token) => verifier.verify(token), identity },
    checks: { database: () => checkDatabase(database), user: () => userApi.alive() },
    translate: asKnownFailure,
    close: [
      () => userClouds.close(),
      ...[userApi, processApi, billingApi].map((client) => () => client.close()),
      () => database.close(),
    ],
  });
}

if (require.main === module) void runAsProcess({ name: 'tenant-data', config: readServiceConfig, start: startTenantData });
