import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { EmfWriter } from '../src/emf';
import { Metrics } from '../src/metrics';

interface Line {
  _aws: {
    Timestamp: number;
    CloudWatchMetrics: { Namespace: string; Dimensions: string[][]; Metrics: { Name: string; Unit: string }[] }[];
  };
  [name: string]: unknown;
}

const parsed = (written: string) =>
  written
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);

describe("numbers in CloudWatch's embedded metric format", () => {
  it('are raw lines in the output of a process, each of which names its dimensions and metrics and has them', async () => {
    const service = fork(join(__dirname, 'fixtures/counted-service.js'), { silent: true });
    const output = text(service.stdout!);
    const [{ url }] = (await once(service, 'message')) as [{ url: string }];
    for (const id of ['a', 'b', 'c']) expect((await fetch(`${url}/work/${id}`)).status).toBe(204);
    service.send('stop');
    const lines = parsed(await output);

    for (const { _aws, ...members } of lines) {
      expect(Date.now() - _aws.Timestamp).toBeLessThan(60_000);
      const [{ Namespace, Dimensions, Metrics: metrics }] = _aws.CloudWatchMetrics as [Line['_aws']['CloudWatchMetrics'][0]];
      expect(Namespace).toBe('Polycloud');
      expect(Dimensions[0]!.map((name) => typeof members[name])).toEqual(Dimensions[0]!.map(() => 'string'));
      expect(metrics.map(({ Name }) => typeof members[Name])).toEqual(metrics.map(() => 'number'));
      expect(Object.keys(members).sort()).toEqual([...Dimensions[0]!, ...metrics.map(({ Name }) => Name)].sort());
      expect(metrics.length).toBeLessThanOrEqual(100);
    }
    const ofRoute = lines.find((line) => line['http_route'] === '/work/:id');
    expect(ofRoute).toMatchObject({
      service: 'counted',
      http_request_method: 'GET',
      http_response_status_code: '204',
      http_server_request_duration_seconds_count: 3,
    });
    expect(ofRoute?._aws.CloudWatchMetrics[0]?.Metrics).toContainEqual({
      Name: 'http_server_request_duration_seconds_sum',
      Unit: 'Seconds',
    });
    expect(lines.find((line) => 'filesystem_free_ratio' in line)).toMatchObject({ service: 'counted' });
    expect(lines.filter((line) => Object.keys(line).some((name) => /bucket|nodejs/.test(name)))).toEqual([]);
  });

  it('tell what was added since the last time of what only grows, and how it stands of all else', async () => {
    const metrics = new Metrics('one');
    const written: string[] = [];
    const writer = new EmfWriter(metrics, 'Polycloud', (line) => written.push(line));
    const answer = (times: number) => {
      for (let at = 0; at < times; at++) metrics.begin()('/x', 'GET', 200);
    };
    const told = async () => {
      written.length = 0;
      await writer.write();
      return parsed(written.join('')).find((line) => line['http_route'] === '/x')?.['http_server_request_duration_seconds_count'];
    };
    answer(5);
    expect(await told()).toBe(5);
    answer(2);
    expect(await told()).toBe(2);
    expect(await told()).toBeUndefined();
    expect(parsed(written.join(''))[0]).toHaveProperty('http_server_active_requests', 0);
    await writer.close();
  });
});
