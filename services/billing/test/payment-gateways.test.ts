import { PaymentFactory } from '@polycloud/payment';
import type { Config } from '../src/config';
import { asUpstream, openGateways } from '../src/service/payment-gateways';

describe('payment gateways', () => {
  it('refuse at the start what is not there or lacks a setting, and name it', () => {
    const open = (change: Partial<Config>) => () => openGateways({ PAYMENT_TIMEOUT_MS: 100, ...change } as Config);
    expect(open({ PAYMENT_GATEWAYS: ['barter'] })).toThrow('PAYMENT_GATEWAYS: there is no gateway barter');
    expect(open({ PAYMENT_GATEWAYS: ['stripe'], STRIPE_SECRET_KEY: 'sk_test_x' })).toThrow(
      /gateway stripe are wrong.*webhookSecret/,
    );
    expect(open({ PAYMENT_GATEWAYS: ['tap'], TAP_SECRET_KEY: 'sk_test_x' })).not.toThrow();
  });

  it('400 VALIDATION_FAILED for an amount that the gateway cannot write: it is the client who named it', async () => {
    const stripe = PaymentFactory.for('stripe', { secretKey: 'sk_test_x', webhookSecret: 'whsec_x' });
    const amount = { amount: 12_345, currency: 'KWD' };
    const refund = stripe.refund({ reference: 'pi_1', refundId: 'refund-0001', amount, reason: 'requested_by_customer' });
    await expect(asUpstream(refund)).rejects.toMatchObject({ code: 'VALIDATION_FAILED', errors: [{ field: 'body.amount' }] });
  });
});
