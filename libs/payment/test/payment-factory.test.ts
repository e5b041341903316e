import { PaymentFactory, gatewaySettings, type GatewaySettings } from '../src';
import { nobody } from './bench';

const SETTINGS: { [Id in keyof GatewaySettings]: object } = {
  sandbox: { baseUrl: 'http://127.0.0.1:9', secretKey: 'k', webhookSecret: 'w' },
  stripe: { secretKey: 'sk_test_k', webhookSecret: 'whsec_w' },
  tap: { secretKey: 'sk_test_k' },
  razorpay: { keyId: 'rzp_test_k', keySecret: 's', webhookSecret: 'w' },
};
const ids = Object.keys(gatewaySettings) as (keyof GatewaySettings)[];

describe('the payment factory', () => {
  it.each(ids)('makes the gateway %s of its settings', (id) => {
    expect(PaymentFactory.for(id, SETTINGS[id]).id).toBe(id);
  });

  it.each(ids)('names every wrong setting of %s and shows no value', (id) => {
    const settings = { ...SETTINGS[id], timeoutMs: -1, surplus: 'topsecret' };
    const make = () => PaymentFactory.for(id, settings);
    expect(make).toThrow(/timeoutMs/);
    expect(make).toThrow(/surplus/);
    expect(make).not.toThrow(/topsecret/);
  });

  it('loads the SDK of a gateway only when it is first called', async () => {
    const loaded = () => Object.keys(require.cache).filter((path) => path.includes('node_modules/stripe/')).length;
    const gateway = PaymentFactory.for('stripe', { ...SETTINGS.stripe, baseUrl: await nobody() });
    expect(loaded()).toBe(0);
    await expect(gateway.get('pi_1')).rejects.toMatchObject({ code: 'GATEWAY_UNAVAILABLE' });
    expect(loaded()).toBeGreaterThan(0);
  });
});
