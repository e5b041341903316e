import { codeOf, failure } from './conformance/harness';
import { answer, json, type Step } from './servers/scripted';
import { type FaultyModels, modelWires, openModels, token } from './servers/model-wires';

const { scored } = modelWires.IBM;

/** The only one of the clouds that asks a token service: Google's accounts sign their own tokens, the others each request. */
describe('the login of IBM', () => {
  let faulty: FaultyModels;
  const open = async (steps: Step[]) => (faulty = await openModels(modelWires.IBM, steps));
  const predict = () => faulty.cloud.predict({ endpoint: 'scorer', records: [{ a: 1 }] });
  afterEach(() => faulty.close());

  it('is made once for ten calls at once', async () => {
    await open([token(), scored]);
    await Promise.all(Array.from({ length: 10 }, predict));
    expect(faulty.asked()).toHaveLength(10);
    expect(faulty.server.requests).toHaveLength(11);
  });

  it('is renewed once when a token is refused', async () => {
    await open([token('old'), answer(401), token('new'), scored]);
    expect(await predict()).toEqual({ predictions: [1] });
    expect(faulty.server.requests).toHaveLength(4);
  });

  it('fails when the new token is refused as well', async () => {
    await open([token('old'), answer(401), token('new'), answer(401)]);
    expect(await codeOf(predict())).toBe('Unauthenticated');
    expect(faulty.server.requests).toHaveLength(4);
  });

  it('is renewed before a token ends, and goes on with it when that fails', async () => {
    await open([token('short', 60), scored, answer(400), scored]);
    await predict();
    expect(await predict()).toEqual({ predictions: [1] });
    expect(faulty.server.requests[2]).toContain('/identity/token');
  });

  it('says that a key is not known, and does not show it', async () => {
    await open([json({ errorCode: 'BXNIM0415E', errorMessage: 'Provided API key could not be found: api key' }, 400)]);
    const error = await failure(predict());
    expect(error).toMatchObject({ code: 'Unauthenticated', providerCode: 'BXNIM0415E' });
    expect(error.message).not.toContain('api key');
  });
});
