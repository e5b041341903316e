import { InvalidSignature, PaymentFactory } from '../src';
import type { Subject } from './bench';
import { conformance } from './conformance';
import { doubleBench } from './double-bench';
import { STRIPE_KEYS, StripeDouble } from './doubles/stripe-double';
import { testModeConformance } from './test-mode';

const subject: Omit<Subject, 'name' | 'open' | 'lacks'> = {
  currency: 'USD',
  sources: {
    ok: 'pm_card_visa',
    declined: 'pm_card_visa_chargeDeclined',
    insufficientFunds: 'pm_card_visa_chargeDeclinedInsufficientFunds',
    requiresAction: 'pm_card_authenticationRequired',
  },
  representable: [
    { amount: 500, currency: 'JPY' },
    { amount: 500, currency: 'ISK' },
    { amount: 500_000, currency: 'MGA' },
    { amount: 12_340, currency: 'KWD' },
  ],
  unrepresentable: { amount: 12_345, currency: 'KWD' },
  unsupported: 'KPW',
  paysAtOnce: true,
  signsTime: true,
};

conformance({ ...subject, name: 'stripe against its double', open: openDouble, lacks: {} });

function openDouble() {
  const double = new StripeDouble();
  const gatewayWith = (settings: object) => PaymentFactory.for('stripe', { ...STRIPE_KEYS, ...settings });
  const wrong = { key: { secretKey: 'sk_test_other' }, webhookSecret: { webhookSecret: 'whsec_other' } };
  return doubleBench({ double, book: double.intents, gatewayWith, wrong });
}

testModeConformance({
  ...{ ...subject, name: 'stripe in its test mode', representable: [], unrepresentable: undefined },
  variables: ['PAYMENT_TEST_STRIPE_KEY'],
  payer: 'a person must authenticate in a browser',
  gateways: ([secretKey]) => {
    const gatewayWith = (key: string | undefined) => PaymentFactory.for('stripe', { secretKey: key, webhookSecret: 'unused' });
    return { gateway: gatewayWith(secretKey), wrongKey: gatewayWith('sk_test_wrong') };
  },
});

describe('a webhook of stripe', () => {
  const rawBody = Buffer.from(
    '{"id":"evt_1","object":"event","type":"payment_intent.succeeded","data":{"object":{"id":"pi_1"}}}',
  );
  const signature = '49122e15f196ea64a7f8abfd04213c37bd803078e7f225f231a9bea61f894860';
  const gateway = PaymentFactory.for('stripe', { secretKey: 'sk_test_x', webhookSecret: 'whsec_test' });
  const verify = (header: string) =>
    gateway.verifyWebhook({ rawBody, headers: { 'Stripe-Signature': header }, now: new Date(1_700_000_000_000) });

  it('verifies the known vector, beside signatures of other schemes and secrets', () => {
    const event = { eventId: 'evt_1', type: 'payment_intent.succeeded', reference: 'pi_1' };
    expect(verify(`t=1700000000,v1=${signature}`)).toEqual(event);
    expect(verify(`t=1700000000,v1=${'0'.repeat(64)},v1=${signature},v0=abc`)).toEqual(event);
  });

  it.each([
    ['no timestamp', `v1=${signature}`],
    ['two timestamps', `t=1700000000,t=1700000001,v1=${signature}`],
    ['a timestamp that is no number', `t=now,v1=${signature}`],
    ['another timestamp', `t=1700000001,v1=${signature}`],
    ['the scheme v0 alone', `t=1700000000,v0=${signature}`],
    ['a thousand signatures', `t=1700000000,${`v1=${signature},`.repeat(1000)}`],
  ])('refuses a header with %s', (_, header) => {
    expect(() => verify(header)).toThrow(InvalidSignature);
  });
});
