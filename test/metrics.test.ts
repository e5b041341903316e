import { House } from './house';

describe('the numbers of the services', () => {
  let house: House;

  beforeAll(async () => {
    house = await House.start();
    const resident = await house.resident();
    await resident.upload('taxis.csv', 'a,b\n1,2\n');
    const payment = { gateway: 'sandbox', source: 'tok_ok' };
    const placed = await resident.post('/user/order', {
      items: [{ sku: 'DATA-PROFILE', input: { dataset: 'taxis.csv' } }],
      payment,
    });
    const ended = async (): Promise<unknown> => {
      const { body } = await resident.get(`/user/process/${placed.body.data.processId}`);
      return body.data.status === 0 ? new Promise((resolve) => setTimeout(resolve, 200)).then(ended) : body.data;
    };
    await ended();
  }, 60_000);
  afterAll(() => house.close());

  const numbersOf = async (service: 'order' | 'gateway') => (await fetch(`${house.urls[service]}/metrics`)).text();

  it('tell rate, errors and duration of each route by its template', async () => {
    expect(await numbersOf('order')).toMatch(
      /^http_server_request_duration_seconds_count\{.*http_request_method="POST",http_route="\/user\/order",http_response_status_code="202".*\} 1$/m,
    );
    expect(await numbersOf('gateway')).toMatch(
      /^http_server_request_duration_seconds_count\{.*http_request_method="GET",http_route="\/user\/process\/:processId",/m,
    );
  });

  it('tell the state of processes, outbox, queue, callbacks, pools, breakers and parts', async () => {
    const numbers = await numbersOf('order');
    expect(numbers).toMatch(/^processes_recently_succeeded\{service="order"\} 1$/m);
    expect(numbers).toMatch(/^processes_running\{service="order"\} 0$/m);
    expect(numbers).toMatch(/^outbox_lag_seconds\{service="order"\} 0$/m);
    expect(numbers).toMatch(/^queue_depth\{service="order"\} 0$/m);
    expect(numbers).toMatch(/^callbacks_pending\{service="order"\} 0$/m);
    expect(numbers).toMatch(/^circuit_breaker_state\{peer="billing"\} 0$/m);
    expect(numbers).toMatch(/^database_pool_connections\{state="waiting"\} 0$/m);
    expect(numbers).toMatch(/^health_check_up\{check="database",service="order"\} 1$/m);
    expect(numbers).toMatch(/^database_clock_offset_seconds -?0?[.0-9e-]+$/m);
  });

  it('are shown to people at /status', async () => {
    const { data } = (await (await fetch(`${house.urls.gateway}/status`)).json()) as {
      data: { services: { service: string; figures: Record<string, number> }[] };
    };
    const order = data.services.find(({ service }) => service === 'order');
    expect(order?.figures).toMatchObject({ queue_depth: 0, processes_running: 0, process_oldest_running_seconds: 0 });
  });

  it('never bear an id as a label', async () => {
    expect(await numbersOf('gateway')).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-7/);
  });
});
