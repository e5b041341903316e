import type Joi from 'joi';
import { SandboxGateway, sandboxSettings, type SandboxSettings } from './gateways/sandbox-gateway';
import { StripeGateway } from './gateways/stripe/stripe-gateway';
import { stripeSettings, type StripeSettings } from './gateways/stripe/stripe-settings';
import type { PaymentGateway } from './payment-gateway';

/** The settings that each gateway takes. */
export interface GatewaySettings {
  sandbox: SandboxSettings;
  stripe: StripeSettings;
}

/** The Joi schema of each gateway's settings; `baseUrl` sends its calls elsewhere. */
export const gatewaySettings: { [Id in keyof GatewaySettings]: Joi.ObjectSchema<GatewaySettings[Id]> } = {
  sandbox: sandboxSettings,
  stripe: stripeSettings,
};

const GATEWAYS: { [Id in keyof GatewaySettings]: new (settings: GatewaySettings[Id]) => PaymentGateway } = {
  sandbox: SandboxGateway,
  stripe: StripeGateway,
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
