import { ServiceIdentity, TokenVerifier } from '@polycloud/auth';
import { tokens } from '@polycloud/contracts';
import { clientOf, runAsProcess, type RunningService, serve } from '@polycloud/http';
import { type Logger, traceCalls } from '@polycloud/logger';
import { DocumentBo } from './bo/document.bo';
import { StatusBo } from './bo/status.bo';
import { type Config, readServiceConfig } from './config';
import { GatewayController } from './controllers/gateway.controller';
import { gatewayRoutes } from './routes/gateway.routes';
import { docsAt } from './routes/docs.routes';
import { proxyTo } from './routes/proxy.routes';
import { Upstream } from './service/upstream';

/** The gateway: one address for clients, in front of all services. */
export async function startGateway(config: Config, logger: Logger): Promise<RunningService> {
  const urls = {
    user: config.USER_URL,
    order: config.ORDER_URL,
    billing: config.BILLING_URL,
    'tenant-data': config.TENANT_DATA_URL,
  };
  const upstreams = Object.entries(urls).map(([name, url]) => new Upstream(name, url));
  const identity = new ServiceIdentity('gateway', config.SERVICE_KEY, config.SERVICE_TRUST);
  const userApi = clientOf(tokens, { name: 'user', url: config.USER_URL, identity });
  const verifier = new TokenVerifier({ jwks: () => userApi.jwks({}), verify: (token) => userApi.verify({ body: { token } }) });

  const statusBo = new StatusBo(upstreams);
  const documentBo = new DocumentBo();
  const gatewayController = new GatewayController(statusBo, documentBo);
  traceCalls({ statusBo, documentBo, gatewayController }, logger);

  return serve(config, gatewayRoutes(gatewayController), {
    name: 'gateway',
    logger,
    authenticator: { user: (token) => verifier.verify(token), identity },
    // A gateway is ready when it can pass requests on; how the services are is told by /status.
    checks: { user: () => userApi.alive() },
    before: [docsAt('/docs'), proxyTo(urls, config.REQUEST_TIMEOUT_MS + 1_000)],
    close: [() => userApi.close(), ...upstreams.map((upstream) => () => upstream.close())],
  });
}

if (require.main === module) void runAsProcess({ name: 'gateway', config: readServiceConfig, start: startGateway });
