import type { BatchStatus } from '@polycloud/cloud';
import { json, type Step } from './servers/scripted';
import { type FaultyModels, type ModelWire, modelWires, openModels } from './servers/model-wires';

const id = Buffer.from(JSON.stringify(['space/job', 'out'])).toString('base64url');

/** How each provider tells a state. */
const TOLD: Record<keyof typeof modelWires, (state: string) => Step> = {
  AWS: (TransformJobStatus) => json({ TransformJobStatus, TransformStartTime: 1 }),
  AZURE: (status) => json({ id: 'jobs/1', properties: { status } }),
  GOOGLE: (state) => json({ name: 'jobs/1', state: `JOB_STATE_${state}` }),
  IBM: (state) => json({ metadata: { id: '1', name: 'n' }, entity: { scoring: { status: { state } } } }),
};

/** Every state that a provider documents, and one that it does not. */
const STATES: [keyof typeof modelWires, string][] = [
  ['AWS', 'InProgress:running Completed:succeeded Failed:failed Stopping:cancelling Stopped:cancelled NewOne:running'],
  ['AZURE', 'NotStarted:queued Queued:queued Starting:running Provisioning:running Preparing:running Running:running'],
  ['AZURE', 'Finalizing:running NotResponding:running Unknown:running Paused:paused CancelRequested:cancelling'],
  ['AZURE', 'Completed:succeeded Failed:failed Canceled:cancelled NewOne:running constructor:running'],
  ['GOOGLE', 'QUEUED:queued PENDING:queued RUNNING:running UPDATING:running PAUSED:paused CANCELLING:cancelling'],
  ['GOOGLE', 'CANCELLED:cancelled SUCCEEDED:succeeded PARTIALLY_SUCCEEDED:partial FAILED:failed EXPIRED:failed NEW_ONE:running'],
  ['IBM', 'queued:queued running:running completed:succeeded failed:failed canceled:cancelled new_one:running'],
];
const cases = STATES.flatMap(([provider, pairs]) =>
  pairs.split(' ').map((pair): [keyof typeof modelWires, string, string] => {
    const [raw = '', state = ''] = pair.split(':');
    return [provider, raw, state];
  }),
);

describe('the states of batches', () => {
  let faulty: FaultyModels;
  const status = async (wire: ModelWire, step: Step): Promise<BatchStatus> => {
    faulty = await openModels(wire, [...wire.login, step]);
    return faulty.cloud.batchStatus(id);
  };
  afterEach(() => faulty.close());

  it.each(cases)('of %s: %s is %s', async (provider, raw, state) => {
    const found = await status(modelWires[provider], TOLD[provider](raw));
    expect(found).toMatchObject({ state, raw: expect.stringContaining(raw) });
  });

  it('of SageMaker: in progress, not yet started', async () => {
    expect(await status(modelWires.AWS, json({ TransformJobStatus: 'InProgress' }))).toMatchObject({ state: 'queued' });
  });

  it('leave progress out when the rest is not known, and read numbers given as text', async () => {
    const counts = { successfulCount: '12', failedCount: '3', incompleteCount: '-1' };
    const step = json({ name: 'jobs/1', state: 'JOB_STATE_RUNNING', completionStats: counts });
    expect((await status(modelWires.GOOGLE, step)).progress).toEqual({ done: 12, failed: 3, total: undefined });
  });

  it('lead to the results of a batch that succeeded in part, and to what tells of its errors', async () => {
    const item = (name: string) => ({ name, size: '1', generation: '1', updated: '2026-11-21T10:00:00.000Z' });
    const listed = json({ items: ['out/job/errors_0001.jsonl', 'out/job/predictions_0001.jsonl'].map(item) });
    const both = (url: string) => ({ ...modelWires.GOOGLE.connection(url), endpoint: url });
    faulty = await openModels({ ...modelWires.GOOGLE, connection: both }, [TOLD.GOOGLE('PARTIALLY_SUCCEEDED'), listed]);
    expect(await faulty.cloud.batchResult(id)).toEqual({
      objects: ['out/job/predictions_0001.jsonl'],
      errors: ['out/job/errors_0001.jsonl'],
    });
  });
});
