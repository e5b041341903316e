import { generateKeyPairSync } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { type Caller, ServiceIdentity } from '../src';

const pair = () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    pub: publicKey.export({ type: 'spki', format: 'pem' }) as string,
  };
};

const caller = (userId: string): Caller => ({ userId, roles: ['customer'], cloud: 'AWS', sessionId: 's' });

describe('the tokens of a service', () => {
  const keys = pair();
  const parties = () => ({
    order: new ServiceIdentity('order', keys.key, {}),
    billing: new ServiceIdentity('billing', pair().key, { order: keys.pub }),
  });
  const { order, billing } = parties();

  afterEach(() => jest.useRealTimers());

  it('are the same for calls of the same meaning, and for no others', () => {
    const token = order.tokenFor('billing', caller('a'));
    expect(order.tokenFor('billing', caller('a'))).toBe(token);
    const others = [
      order.tokenFor('user', caller('a')),
      order.tokenFor('billing'),
      order.tokenFor('billing', caller('b')),
      order.tokenFor('billing', { ...caller('a'), roles: ['customer', 'admin'] }),
    ];
    expect(new Set([token, ...others]).size).toBe(5);
  });

  it('say for whom each call is made, also when they are seen again', () => {
    for (const userId of ['a', 'b', 'a', 'b'])
      expect(billing.verify(order.tokenFor('billing', caller(userId))).onBehalfOf).toMatchObject({ userId, via: 'order' });
  });

  it('are renewed while half of their life is left, and are not accepted once it is over', () => {
    jest.useFakeTimers({ now: Date.now() });
    const { order, billing } = parties();
    const token = order.tokenFor('billing');
    expect(billing.verify(token)).toEqual({ service: 'order' });
    jest.advanceTimersByTime(61_000);
    expect(order.tokenFor('billing')).not.toBe(token);
    expect(billing.verify(token)).toEqual({ service: 'order' });
    jest.advanceTimersByTime(100_000);
    expect(() => billing.verify(token)).toThrow(expect.objectContaining({ code: 'NOT_AUTHENTICATED' }));
  });

  it('are refused after a change, for another audience and of a stranger, also when the true one was accepted before', () => {
    const token = order.tokenFor('billing', caller('a'));
    billing.verify(token);
    const [head = '', , tail = ''] = token.split('.');
    const claims = { ...(jwt.decode(token) as object), obo: caller('b') };
    const changed = [head, Buffer.from(JSON.stringify(claims)).toString('base64url'), tail].join('.');
    const stranger = new ServiceIdentity('order', pair().key, {}).tokenFor('billing', caller('a'));
    for (const wrong of [changed, stranger, order.tokenFor('user', caller('a'))])
      expect(() => billing.verify(wrong)).toThrow(expect.objectContaining({ code: 'NOT_AUTHENTICATED' }));
  });
});
