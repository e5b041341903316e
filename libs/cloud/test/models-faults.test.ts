import { EventEmitter, once } from 'node:events';
import type { CloudDeps } from '@polycloud/cloud';
import { codeOf, failure } from './conformance/harness';
import { answer, json, reset, type Step } from './servers/scripted';
import { type FaultyModels, type ModelWire, modelWires, openModels } from './servers/model-wires';

let faulty: FaultyModels;
const open = async (wire: ModelWire, steps: Step[], deps?: Partial<CloudDeps>) =>
  (faulty = await openModels(wire, [...wire.login, ...steps], deps));
afterEach(() => faulty.close());

const predict = () => faulty.cloud.predict({ endpoint: 'scorer', records: [{ a: 1 }] });

describe.each(Object.entries(modelWires))('faulty models: %s', (_, wire) => {
  it('are asked again after a broken connection and a 503', async () => {
    await open(wire, [reset, answer(503), wire.scored]);
    expect(await predict()).toEqual({ predictions: [1] });
    expect(faulty.asked()).toHaveLength(3);
  });

  it('are asked once when they answer 400', async () => {
    await open(wire, [answer(400, '<html>')]);
    expect(await failure(predict())).toMatchObject({ code: 'InvalidArgument', httpStatus: 400, operation: 'predict' });
    expect(faulty.asked()).toHaveLength(1);
  });

  it('are given the time that they ask for, and said to ask for more than a call has', async () => {
    const busy = (seconds: string) => answer(429, '', { 'retry-after': seconds });
    await open(wire, [busy('7'), wire.scored, busy('3600')]);
    await predict();
    expect(faulty.pauses).toEqual([7000]);
    expect(await failure(predict())).toMatchObject({ code: 'RateLimited', retryable: true, retryAfterMs: 3_600_000 });
  });

  it('are given up when they do not answer in time, and their connection is closed', async () => {
    const connection = new EventEmitter();
    const closed = once(connection, 'close');
    const hang: Step = (response) => void response.once('close', () => connection.emit('close'));
    await open(wire, [hang], { timeoutMs: 200, attempts: 1 });
    expect(await codeOf(predict())).toBe('Timeout');
    await closed;
  });

  it('are told apart from models that are not ready yet', async () => {
    await open(wire, [wire.starting], { attempts: 1 });
    expect(await codeOf(predict())).toBe('ModelNotReady');
  });

  it('do not lead the credentials elsewhere', async () => {
    await open(wire, [answer(302, '', { location: 'http://127.0.0.1:1/' })], { attempts: 1 });
    expect(await failure(predict())).toMatchObject({ operation: 'predict' });
    expect(faulty.asked()).toHaveLength(1);
  });

  it('that answer HTML or too few values are an error, never a prediction', async () => {
    await open(wire, [answer(200, '<html>'), json({ predictions: [] })]);
    expect(await codeOf(predict())).toBe('Internal');
    expect(await codeOf(predict())).toBe('ModelError');
  });

  it('make one job although the answer to its submission was lost', async () => {
    const jobId = 'job-1';
    await open(wire, [...wire.search(), reset, ...wire.search(jobId), wire.submitted]);
    const place = { input: 'in.csv', output: 'out', contentType: 'text/csv' };
    const { id } = await faulty.cloud.submitBatch({ jobId, model: 'scorer', ...place, options: wire.batchOptions });
    expect(id).toEqual(expect.any(String));
    // Each search asks once, and the last step was never reached.
    expect(faulty.asked()).toHaveLength(wire.search().length + 1 + wire.search(jobId).length);
  });
});

describe('SageMaker', () => {
  it('is asked again after a fault of its container', async () => {
    const fault = { OriginalStatusCode: 500, message: 'out of memory' };
    const { scored } = modelWires.AWS;
    await open(modelWires.AWS, [answer(424, JSON.stringify(fault), { 'x-amzn-errortype': 'ModelError' }), scored]);
    expect(await predict()).toEqual({ predictions: [1] });
  });

  it('is asked again when it throttles, for which it says 400', async () => {
    await open(modelWires.AWS, [answer(400, '{"__type":"com.amazon#ThrottlingException"}'), modelWires.AWS.scored]);
    expect(await predict()).toEqual({ predictions: [1] });
  });
});
