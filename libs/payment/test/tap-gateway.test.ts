import { createHmac } from 'node:crypto';
import { InvalidSignature, PaymentFactory } from '../src';
import { newAttempt, type Subject } from './bench';
import { conformance } from './conformance';
import { doubleBench } from './double-bench';
import { TAP_KEY, TapDouble } from './doubles/tap-double';
import { testModeConformance } from './test-mode';

const subject: Omit<Subject, 'name' | 'open' | 'lacks'> = {
  currency: 'KWD',
  sources: { ok: 'src_kw.knet', requiresAction: 'src_kw.knet' },
  representable: [
    { amount: 12_345, currency: 'KWD' },
    { amount: 1_999, currency: 'SAR' },
  ],
  unrepresentable: { amount: 100, currency: 'DEM' },
  paysAtOnce: false,
  signsTime: false,
};

conformance({ ...subject, name: 'tap against its double', open: openDouble, lacks: {} });

function openDouble() {
  const double = new TapDouble();
  const gatewayWith = (settings: object) => PaymentFactory.for('tap', { secretKey: TAP_KEY, ...settings });
  const wrong = { key: { secretKey: 'sk_test_other' }, webhookSecret: { secretKey: 'sk_test_other' } };
  return doubleBench({ double, book: double, gatewayWith, wrong });
}

testModeConformance({
  ...{ ...subject, name: 'tap in its test mode', representable: [] },
  variables: ['PAYMENT_TEST_TAP_KEY'],
  payer: 'a person must pay in a browser',
  gateways: ([secretKey]) => ({
    gateway: PaymentFactory.for('tap', { secretKey }),
    wrongKey: PaymentFactory.for('tap', { secretKey: 'sk_test_wrong' }),
  }),
});

describe('tap', () => {
  const gateway = PaymentFactory.for('tap', { secretKey: 'sk_test_x' });
  const hash = (text: string) => createHmac('sha256', 'sk_test_x').update(text).digest('hex');
  const verify = (object: object, hashstring: string) =>
    gateway.verifyWebhook({ rawBody: Buffer.from(JSON.stringify(object)), headers: { hashstring }, now: new Date() });

  it('signs a charge over seven fields, whatever the order of its keys', () => {
    const text =
      'x_idchg_1x_amount12.340x_currencyKWDx_gateway_reference77x_payment_referencex_statusCAPTUREDx_created1700000000000';
    const object = { status: 'CAPTURED', transaction: { created: '1700000000000' }, reference: { gateway: '77' } };
    const event = { eventId: 'chg_1:CAPTURED', type: 'charge.captured', reference: 'chg_1' };
    expect(verify({ ...object, currency: 'KWD', amount: 12.34, id: 'chg_1' }, hash(text))).toEqual(event);
    expect(verify({ id: 'chg_1', amount: 12.34, currency: 'KWD', ...object }, hash(text))).toEqual(event);
  });

  it('signs a refund with its own time, and two decimals for most currencies', () => {
    const text = 'x_idre_1x_amount5.00x_currencySARx_gateway_referencex_payment_referencex_statusREFUNDEDx_created1700000000001';
    const object = { id: 're_1', charge_id: 'chg_1', amount: 5, currency: 'SAR', status: 'REFUNDED', created: '1700000000001' };
    expect(verify(object, hash(text))).toEqual({ eventId: 're_1:REFUNDED', type: 'refund.refunded', reference: 'chg_1' });
    expect(() => verify({ ...object, live_mode: true }, hash(text))).toThrow(InvalidSignature);
    expect(() => verify({ ...object, amount: 50 }, hash(text))).toThrow(InvalidSignature);
    expect(() => verify({ ...object, amount: '5' }, hash(text))).toThrow(InvalidSignature);
  });

  it('refuses a charge without the customer and the return address that Tap demands', async () => {
    const request = { attemptId: newAttempt(), orderRef: 'order-1', amount: { amount: 1, currency: 'KWD' }, source: 'src_all' };
    await expect(gateway.charge(request)).rejects.toMatchObject({ code: 'INVALID_REQUEST', outcome: 'not_done' });
  });
});
