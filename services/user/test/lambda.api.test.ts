import type * as Server from '../src/server';
import { lambdaHandler, type RunningService } from '@polycloud/http';
import { apiGateway } from '../../../libs/http/test/api-gateway';
import './details.api.test';
import './internal.api.test';
import './registration.api.test';

/** The same service behind its Lambda handler: nothing of it is replaced but the way that requests come in. */
async function startBehindHandler(start: typeof Server.startUser, ...[config, logger]: Parameters<typeof Server.startUser>) {
  let service: RunningService | undefined;
  const handler = lambdaHandler({
    name: 'user',
    config: () => config,
    start: async (settings) => (service = await start(settings, logger)),
  });
  const gateway = await apiGateway(handler);
  // The first event builds the service; tests that look into the database do it before their first request.
  await fetch(`${gateway.url}/livez`);
  if (!service) throw new Error('the handler has not started the service');
  const running = service;
  return { ...running, url: gateway.url, stop: () => gateway.close().then(() => running.stop()) };
}

jest.mock('../src/server', () => {
  const { startUser } = jest.requireActual<typeof Server>('../src/server');
  return { startUser: (...args: Parameters<typeof startUser>) => startBehindHandler(startUser, ...args) };
});
