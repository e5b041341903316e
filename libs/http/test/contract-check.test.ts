import { AppError, type Endpoint, endpoint, list, Paged, record } from '@polycloud/contracts';
import Joi from 'joi';
import { keptToContract } from '../src/contract-check';
import { Reply } from '../src/reply';

const thing = record({ name: Joi.string<string>(), at: Joi.string<string>().isoDate() });
const one = endpoint({ method: 'GET', path: '/thing', summary: 'One', status: 200, returns: thing, fails: ['NOT_FOUND'] });
const many = endpoint({ method: 'GET', path: '/things', summary: 'Many', status: 200, returns: list(thing), paged: true });
const none = endpoint({ method: 'DELETE', path: '/thing', summary: 'None', status: 204 });
const accepted = endpoint({ ...one, method: 'POST', status: 202, headers: ['Location'] });
const good = { name: 'a', at: new Date(0) };

const answered = (contract: Endpoint, answer: unknown) => keptToContract(contract, () => Promise.resolve(answer));
const failed = (contract: Endpoint, error: Error) => keptToContract(contract, () => Promise.reject(error));

describe('an answer that is held to its contract', () => {
  it('passes when it is what was promised, as the client reads it', async () => {
    expect(await answered(one, good)).toBe(good);
    await answered(one, new Reply(good, { headers: { ETag: '"1"' } }));
    await answered(many, new Paged([good], null));
    await answered(none, undefined);
    await answered(accepted, new Reply(good, { headers: { Location: '/thing', 'Retry-After': '1' } }));
    await expect(failed(one, new AppError('NOT_FOUND', 'no'))).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it.each<[string, Endpoint, unknown]>([
    ['a field is missing', one, { name: 'a' }],
    ['a field has another type', one, { ...good, name: 1 }],
    ['there is a field of which the contract does not know', one, { ...good, secret: 'x' }],
    ['there is no data', one, undefined],
    ['one of many is wrong', many, new Paged([good, { name: 'a' }], null)],
    ['a page was not promised', { ...many, paged: undefined }, new Paged([good], null)],
    ['data was not promised', none, good],
    ['a header is missing that its contract names', accepted, new Reply(good, { headers: { 'Retry-After': '1' } })],
    ['nobody is told when to ask again', accepted, new Reply(good, { headers: { Location: '/thing' } })],
  ])('is refused when %s', async (_why, contract, answer) => {
    await expect(answered(contract, answer)).rejects.toThrow('departs from its contract');
  });

  it('is refused when it fails without the header that goes with its code', async () => {
    await expect(failed(one, new AppError('RATE_LIMITED', 'no'))).rejects.toThrow('RATE_LIMITED lacks Retry-After');
    await expect(failed(one, new AppError('RATE_LIMITED', 'no', { retryAfter: 1 }))).rejects.toMatchObject({
      code: 'RATE_LIMITED',
    });
  });

  it('is refused when it fails with a code that the contract does not name', async () => {
    await expect(failed(one, new AppError('INVALID_STATE', 'no'))).rejects.toThrow('it does not name INVALID_STATE');
  });
});
