import { InvalidSignature, type WebhookDelivery } from '../../src';
import type { Trial } from '../conformance';

export function webhookConformance(trial: Trial): void {
  const deliver = async (): Promise<WebhookDelivery> => trial.levers.webhook(await trial.paid());
  const later = (delivery: WebhookDelivery, seconds: number) => new Date(delivery.now.getTime() + seconds * 1000);
  const refused = (delivery: WebhookDelivery) => expect(() => trial.gateway.verifyWebhook(delivery)).toThrow(InvalidSignature);

  describe('webhooks', () => {
    trial.check('a signed delivery names its payment and bears no amount', ['payment', 'webhook'], async () => {
      const payment = await trial.paid();
      const event = trial.gateway.verifyWebhook(await trial.levers.webhook(payment));
      expect(event.reference).toBe(payment.reference);
      expect(event.eventId).toMatch(/\w/);
      expect(Object.keys(event).sort()).toEqual(expect.not.arrayContaining(['amount']));
    });

    trial.check('a delivery that was tampered with is refused', ['payment', 'webhook'], async () => {
      const delivery = await deliver();
      const forged = delivery.rawBody.toString('utf8').replace(/(ch|pi|chg|pay|order)_\w/, (id) => `${id.slice(0, -1)}_`);
      expect(forged).not.toBe(delivery.rawBody.toString('utf8'));
      refused({ ...delivery, rawBody: Buffer.from(forged) });
      refused({ ...delivery, rawBody: Buffer.alloc(0) });
    });

    trial.check('a delivery signed with another secret is refused', ['payment', 'webhook', 'wrongWebhookSecret'], async () => {
      const delivery = await deliver();
      expect(() => trial.levers.wrongWebhookSecret.verifyWebhook(delivery)).toThrow(InvalidSignature);
    });

    trial.check(
      'a signature that is missing, empty, cut, in capitals or sent twice is refused',
      ['payment', 'webhook'],
      async () => {
        const delivery = await deliver();
        const [name, value] = Object.entries(delivery.headers).find(([key]) => /signature|hashstring/.test(key)) as [
          string,
          string,
        ];
        for (const other of [undefined, '', value.slice(0, -1), value.toUpperCase(), [value, value]])
          refused({ ...delivery, headers: { ...delivery.headers, [name]: other } });
        const shouted = { ...delivery.headers, [name]: undefined, [name.toUpperCase()]: value };
        expect(trial.gateway.verifyWebhook({ ...delivery, headers: shouted }).eventId).toMatch(/\w/);
      },
    );

    if (trial.subject.signsTime)
      trial.check('a delivery is taken up to five minutes away from now, before or after', ['payment', 'webhook'], async () => {
        const delivery = await deliver();
        for (const seconds of [-290, 290]) trial.gateway.verifyWebhook({ ...delivery, now: later(delivery, seconds) });
        for (const seconds of [-310, 310]) refused({ ...delivery, now: later(delivery, seconds) });
      });
  });
}
