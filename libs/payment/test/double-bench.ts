import type { PaymentGateway, WebhookDelivery } from '../src';
import { mute, nobody, type Bench } from './bench';
import type { HttpDouble } from './doubles/http-double';

interface OnDouble {
  double: { http: HttpDouble; webhook(reference: string): WebhookDelivery };
  /** The charges that the double holds. */
  book: { countOf(attemptId: string): number; pay(reference: string, approves: boolean): void };
  /** The gateway with settings of its own. */
  gatewayWith: (settings: object) => PaymentGateway;
  /** Settings that are wrong. */
  wrong: { key: object; webhookSecret: object };
}

/** A bench on a double, with all its levers. */
export async function doubleBench({ double, book, gatewayWith, wrong }: OnDouble): Promise<Bench> {
  const baseUrl = await double.http.open();
  const silence = await mute();
  return {
    gateway: gatewayWith({ baseUrl }),
    wrongKey: gatewayWith({ baseUrl, ...wrong.key }),
    wrongWebhookSecret: gatewayWith({ baseUrl, ...wrong.webhookSecret }),
    unreachable: gatewayWith({ baseUrl: await nobody() }),
    unanswered: gatewayWith({ baseUrl: silence.baseUrl, timeoutMs: 300 }),
    during: (fault, action) => double.http.during(fault, action),
    chargesOf: (attemptId) => Promise.resolve(book.countOf(attemptId)),
    payer: ({ reference }, approves) => Promise.resolve(book.pay(reference, approves)),
    webhook: ({ reference }) => Promise.resolve(double.webhook(reference)),
    stop: () => {
      silence.close();
      return double.http.close();
    },
  };
}
