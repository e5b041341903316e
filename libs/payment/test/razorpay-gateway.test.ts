import { createHmac } from 'node:crypto';
import { InvalidSignature, PaymentFactory } from '../src';
import { newAttempt, type Subject } from './bench';
import { conformance } from './conformance';
import { doubleBench } from './double-bench';
import { RAZORPAY_KEYS, RazorpayDouble } from './doubles/razorpay-double';
import { testModeConformance } from './test-mode';

const subject: Omit<Subject, 'name' | 'open' | 'lacks'> = {
  currency: 'INR',
  sources: { ok: 'checkout', requiresAction: 'checkout' },
  representable: [
    { amount: 500, currency: 'JPY' },
    { amount: 12_340, currency: 'KWD' },
  ],
  unrepresentable: { amount: 12_345, currency: 'KWD' },
  unsupported: 'KPW',
  paysAtOnce: false,
  signsTime: false,
  looksUpFirst: true,
};

conformance({ ...subject, name: 'razorpay against its double', open: openDouble, lacks: {} });

function openDouble() {
  const double = new RazorpayDouble();
  const gatewayWith = (settings: object) => PaymentFactory.for('razorpay', { ...RAZORPAY_KEYS, ...settings });
  const wrong = { key: { keySecret: 'another' }, webhookSecret: { webhookSecret: 'another' } };
  return doubleBench({ double, book: double.orders, gatewayWith, wrong });
}

testModeConformance({
  ...{ ...subject, name: 'razorpay in its test mode', representable: [] },
  variables: ['PAYMENT_TEST_RAZORPAY_KEY_ID', 'PAYMENT_TEST_RAZORPAY_KEY_SECRET'],
  payer: 'a person must pay in a browser',
  gateways: ([keyId, keySecret]) => {
    const gatewayWith = (secret: string | undefined) =>
      PaymentFactory.for('razorpay', { keyId, keySecret: secret, webhookSecret: 'unused' });
    return { gateway: gatewayWith(keySecret), wrongKey: gatewayWith('wrong') };
  },
});

describe('razorpay', () => {
  const gateway = PaymentFactory.for('razorpay', RAZORPAY_KEYS);
  const rawBody = Buffer.from(
    '{"entity":"event","event":"payment.failed","payload":{"payment":{"entity":{"id":"pay_1","order_id":"order_1"}}}}',
  );
  const signature = createHmac('sha256', RAZORPAY_KEYS.webhookSecret).update(rawBody).digest('hex');
  const deliver = (headers: Record<string, string>, body = rawBody) =>
    gateway.verifyWebhook({ rawBody: body, headers, now: new Date() });

  it('names the order of a payment event, and the event by its header', () => {
    const event = deliver({ 'X-Razorpay-Signature': signature, 'X-Razorpay-Event-Id': 'ev_1' });
    expect(event).toEqual({ eventId: 'ev_1', type: 'payment.failed', reference: 'order_1' });
  });

  it('refuses a body written again with other spaces, and an event without an id', () => {
    const headers = { 'x-razorpay-signature': signature, 'x-razorpay-event-id': 'ev_1' };
    expect(() => deliver(headers, Buffer.from(JSON.stringify(JSON.parse(rawBody.toString()), null, 1)))).toThrow(
      InvalidSignature,
    );
    expect(() => deliver({ 'x-razorpay-signature': signature })).toThrow(InvalidSignature);
  });

  it('refuses less than a rupee without asking', async () => {
    const request = { attemptId: newAttempt(), orderRef: 'order-1', amount: { amount: 99, currency: 'INR' }, source: 'checkout' };
    const refusal = { code: 'AMOUNT_NOT_REPRESENTABLE', outcome: 'not_done' };
    await expect(gateway.charge(request)).rejects.toMatchObject(refusal);
  });
});
