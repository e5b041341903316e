import '@polycloud/telemetry/register';
import { ServiceIdentity, TokenVerifier } from '@polycloud/auth';
import { billingInformation, data, orders, tokens, users } from '@polycloud/contracts';
import { clientOf, runAsProcess, type RunningService } from '@polycloud/http';
import { serve } from '@polycloud/http/serve';
import { type Logger, traceCalls } from '@polycloud/logger';
import { openRateLimitStore, type RateLimitSettings } from '@polycloud/rate-limit';
import { DocumentBo } from './bo/document.bo';
import { OverviewBo } from './bo/overview.bo';
import { StatusBo } from './bo/status.bo';
import { type Config, readServiceConfig } from './config';
import { GatewayController } from './controllers/gateway.controller';
import { compress } from './routes/answer-compression';
import { docsAt } from './routes/docs.routes';
import { gatewayRoutes } from './routes/gateway.routes';
import { redirectToHttps, strictTransport } from './routes/https-redirect';
import { countedBy } from './routes/identify';
import { proxyTo } from './routes/proxy.routes';
import { limitRate } from './routes/rate-limit.routes';
import { refuseUnclearRequests } from './routes/request-guard';
import { Upstream } from './service/upstream';

/** Longest wait for one answer of a service, milliseconds. */
const ANSWER_MS = 2_500;

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
  const peer = (name: keyof typeof urls) => ({ name, url: urls[name], identity, timeoutMs: ANSWER_MS });
  const tokenApi = clientOf(tokens, peer('user'));
  const verifier = new TokenVerifier(tokenApi);
  const apis = {
    users: clientOf(users, peer('user')),
    orders: clientOf(orders, peer('order')),
    billing: clientOf(billingInformation, peer('billing')),
    data: clientOf(data, peer('tenant-data')),
  };
  // The settings have seen to it that the chosen driver has what it needs.
  const counters = await openRateLimitStore(config as RateLimitSettings, logger);
  const identify = countedBy(config.API_KEYS, (token) => verifier.claims(token));

  const overviewBo = new OverviewBo(apis);
  const statusBo = new StatusBo(upstreams);
  const documentBo = new DocumentBo();
  const gatewayController = new GatewayController(overviewBo, statusBo, documentBo);
  traceCalls({ overviewBo, statusBo, documentBo, gatewayController }, logger);

  const redirect =
    config.HTTP_REDIRECT_PORT === undefined ? undefined : await redirectToHttps(config.HTTP_REDIRECT_PORT, config.HOST);
  const proxy = proxyTo(urls, config.REQUEST_TIMEOUT_MS + 1_000);
  const closable = [tokenApi, ...Object.values(apis), ...upstreams, counters, proxy];
  return serve(config, gatewayRoutes(gatewayController), {
    name: 'gateway',
    logger,
    authenticator: { user: (token) => verifier.verify(token), identity },
    // A gateway is ready when it can pass requests on; how the services are is told by /status.
    checks: { user: () => tokenApi.alive() },
    laneOf: proxy.serviceOf,
    before: [
      ...(config.TLS_CERTIFICATE === undefined ? [] : [strictTransport]),
      refuseUnclearRequests,
      limitRate(counters, config.RATE_LIMIT_FACTOR, identify),
      proxy.handler,
      compress,
      docsAt('/docs'),
    ],
    close: [...closable.map((part) => () => part.close()), () => Promise.resolve(redirect?.close())],
  });
}

if (require.main === module) void runAsProcess({ name: 'gateway', config: readServiceConfig, start: startGateway });
