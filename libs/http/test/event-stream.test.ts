import { generateKeyPairSync } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { PassThrough } from 'node:stream';
import { ServiceIdentity } from '@polycloud/auth';
import { currentContext } from '@polycloud/context';
import { AppError, endpoint, record } from '@polycloud/contracts';
import { createLogger } from '@polycloud/logger';
import { eventStream, handle, routes, type RunningService } from '@polycloud/http';
import { serve } from '@polycloud/http/serve';
import Joi from 'joi';

const ticks = {
  follow: endpoint({
    method: 'GET',
    path: '/ticks',
    summary: 'Follow',
    status: 200,
    produces: ['text/event-stream'],
    returns: record({ tick: Joi.number() }),
  }),
};
const identity = new ServiceIdentity(
  'ticker',
  generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
  {},
);

describe('a stream of events', () => {
  let running: RunningService;
  /** How it stands with the listener's token, each time that it is asked. */
  let refusal: AppError | undefined;
  let askedWithDeadline: boolean[];
  let isOver: boolean;

  async function* source(signal: AbortSignal) {
    for (let tick = 0; !isOver && !signal.aborted; tick++) {
      yield { tick };
      await pause(50);
    }
  }

  beforeAll(async () => {
    const follow = handle(ticks.follow, () =>
      eventStream(undefined, source, (state) => ({ id: String(state.tick), event: 'tick', data: state })),
    );
    const settings = { HOST: '127.0.0.1', PORT: 0, CORS_ORIGINS: [], TRUST_PROXY: [], NOT_AUTHENTICATED_STATUS: 501 };
    running = await serve({ ...settings, REQUEST_TIMEOUT_MS: 1_000 }, routes(ticks, { follow }), {
      name: 'ticker',
      logger: createLogger({ service: 'ticker', level: 'error', stream: new PassThrough().resume() }),
      authenticator: {
        identity,
        user: () => {
          askedWithDeadline.push(currentContext()?.deadline !== undefined);
          isOver = askedWithDeadline.length === 3;
          return refusal ? Promise.reject(refusal) : Promise.resolve({ userId: 'u1', roles: ['customer'], cloud: null });
        },
      },
      checks: {},
      close: [],
    });
  });
  afterAll(() => running.stop());
  beforeEach(() => {
    refusal = undefined;
    askedWithDeadline = [];
    isOver = false;
  });

  const follow = () => fetch(`${running.url}/ticks`, { headers: { authorization: 'Bearer good' } });

  it('ends when its listener is known no more: his token has run out, or he has logged out', async () => {
    const stream = await follow();
    refusal = new AppError('NOT_AUTHENTICATED', 'no');
    expect(await stream.text()).toContain('"tick":1');
    expect(askedWithDeadline).toHaveLength(2);
  });

  it('goes on while nobody can be asked, and asks beyond the time that its request had', async () => {
    const stream = await follow();
    refusal = new AppError('UNAVAILABLE', 'nobody can be asked');
    await stream.text();
    expect([isOver, askedWithDeadline]).toEqual([true, [true, false, false]]);
  });
});
