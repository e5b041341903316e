import type Joi from 'joi';
import { RazorpayGateway } from './gateways/razorpay/razorpay-gateway';
import { razorpaySettings, type RazorpaySettings } from './gateways/razorpay/razorpay-settings';
import { SandboxGateway } from './gateways/sandbox/sandbox-gateway';
import { sandboxSettings, type SandboxSettings } from './gateways/sandbox/sandbox-settings';
import { StripeGateway } from './gateways/stripe/stripe-gateway';
import { stripeSettings, type StripeSettings } from './gateways/stripe/stripe-settings';
import { TapGateway } from './gateways/tap/tap-gateway';
import { tapSettings, type TapSettings } from './gateways/tap/tap-settings';
import type { PaymentGateway } from './payment-gateway';

/** The settings that each gateway takes. */
export interface GatewaySettings {
  sandbox: SandboxSettings;
  stripe: StripeSettings;
  tap: TapSettings;
  razorpay: RazorpaySettings;
}

/** The Joi schema of each gateway's settings; `baseUrl` sends its calls elsewhere. */
export const gatewaySettings: { [Id in keyof GatewaySettings]: Joi.ObjectSchema<GatewaySettings[Id]> } = {
  sandbox: sandboxSettings,
  stripe: stripeSettings,
  tap: tapSettings,
  razorpay: razorpaySettings,
};

const GATEWAYS: { [Id in keyof GatewaySettings]: new (settings: GatewaySettings[Id]) => PaymentGateway } = {
  sandbox: SandboxGateway,
  stripe: StripeGateway,
  tap: TapGateway,
  razorpay: RazorpayGateway,
};

/** Gives the gateway of an id. */
export const PaymentFactory = {
  /** Throws an Error that names every wrong setting and tells no value. */
  for<Id extends keyof GatewaySettings>(id: Id, settings: object): PaymentGateway {
    const checked = gatewaySettings[id].validate(settings, { abortEarly: false });
    // Joi's own error carries the settings, secrets and all; its message does not.
    if (checked.error) throw new Error(`The settings of the gateway ${id} are wrong: ${checked.error.message}`);
    return new GATEWAYS[id](checked.value);
  },
};
