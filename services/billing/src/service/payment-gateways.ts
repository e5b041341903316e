import { AppError } from '@polycloud/contracts';
import { type GatewaySettings, PaymentError, PaymentFactory, type PaymentGateway } from '@polycloud/payment';
import type { Config } from '../config';

/** The payment gateways that are switched on, by their ids. */
export class PaymentGateways {
  private readonly gateways: Map<string, PaymentGateway>;

  constructor(gateways: PaymentGateway[]) {
    this.gateways = new Map(gateways.map((gateway) => [gateway.id, gateway]));
  }

  /** The gateway that a client chose. Fails VALIDATION_FAILED. */
  chosen(id: string): PaymentGateway {
    const gateway = this.find(id);
    if (gateway) return gateway;
    const offered = [...this.gateways.keys()].join(', ');
    throw new AppError('VALIDATION_FAILED', `There is no payment gateway ${id}`, {
      errors: [{ field: 'body.gateway', message: `must be one of ${offered}` }],
    });
  }

  /** The gateway of a payment that exists. Fails UNAVAILABLE when it has been switched off since. */
  of(id: string): PaymentGateway {
    const gateway = this.find(id);
    if (gateway) return gateway;
    throw new AppError('UNAVAILABLE', `The payment gateway ${id} is switched off`, {
      hint: 'Whoever runs this system can switch it on again (PAYMENT_GATEWAYS)',
    });
  }

  find(id: string): PaymentGateway | undefined {
    return this.gateways.get(id);
  }

  all(): PaymentGateway[] {
    return [...this.gateways.values()];
  }
}

/** The gateways that the configuration names. Throws an Error that names every wrong or missing setting of them. */
export function openGateways(config: Config): PaymentGateways {
  const settings = settingsOf(config);
  const isKnown = (id: string): id is keyof GatewaySettings => Object.hasOwn(settings, id);
  return new PaymentGateways(
    config.PAYMENT_GATEWAYS.map((id) => {
      if (!isKnown(id))
        throw new Error(`PAYMENT_GATEWAYS: there is no gateway ${id}, choose of ${Object.keys(settings).join(', ')}`);
      return PaymentFactory.for(id, settings[id]);
    }),
  );
}

function settingsOf(config: Config): Record<keyof GatewaySettings, object> {
  const timeoutMs = config.PAYMENT_TIMEOUT_MS;
  return {
    sandbox: {
      timeoutMs,
      baseUrl: config.SANDBOX_URL,
      secretKey: config.SANDBOX_SECRET_KEY,
      webhookSecret: config.SANDBOX_WEBHOOK_SECRET,
    },
    stripe: { timeoutMs, secretKey: config.STRIPE_SECRET_KEY, webhookSecret: config.STRIPE_WEBHOOK_SECRET },
    tap: { timeoutMs, secretKey: config.TAP_SECRET_KEY },
    razorpay: {
      timeoutMs,
      keyId: config.RAZORPAY_KEY_ID,
      keySecret: config.RAZORPAY_KEY_SECRET,
      webhookSecret: config.RAZORPAY_WEBHOOK_SECRET,
    },
  };
}

/** Turns a gateway's failure into what a client sees. */
export const asUpstream = <T>(asked: Promise<T>): Promise<T> =>
  asked.catch((error: unknown) => {
    throw asUpstreamError(error);
  });

/** A gateway's failure as a client sees it; anything else is left as it is. */
export function asUpstreamError(error: unknown): unknown {
  if (!(error instanceof PaymentError)) return error;
  if (error.code === 'AMOUNT_NOT_REPRESENTABLE')
    return new AppError('VALIDATION_FAILED', error.message, {
      cause: error,
      errors: [{ field: 'body.amount', message: error.message }],
    });
  const code = error.code === 'TIMEOUT' || error.outcome === 'unknown' ? 'UPSTREAM_TIMEOUT' : 'UPSTREAM_FAILED';
  return new AppError(code, `The payment gateway ${error.gateway} failed to ${error.operation}`, {
    cause: error,
    hint: 'Try again in a moment: nothing is charged or given back twice',
    ...(error.retryable && { retryAfter: 5 }),
  });
}
