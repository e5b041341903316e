import Joi from 'joi';
import { SandboxGateway, sandboxSettings, type SandboxSettings } from './gateways/sandbox-gateway';
import type { PaymentGateway } from './payment-gateway';

/** The settings that each gateway takes. */
export interface GatewaySettings {
  sandbox: SandboxSettings;
}

/** The Joi schema of each gateway's settings; `baseUrl` sends its calls elsewhere. */
export const gatewaySettings = {
  sandbox: sandboxSettings,
} satisfies Record<string, Joi.ObjectSchema>;

const GATEWAYS: { [Id in keyof GatewaySettings]: new (settings: GatewaySettings[Id]) => PaymentGateway } = {
  sandbox: SandboxGateway,
};

/** Gives the gateway of an id. */
export const PaymentFactory = {
  /** Throws an Error that names every wrong setting and tells no value. */
  for<Id extends keyof GatewaySettings>(id: Id, settings: object): PaymentGateway {
    const schema: Joi.ObjectSchema<GatewaySettings[Id]> = gatewaySettings[id];
    const checked = schema.validate(settings, { abortEarly: false });
    // Joi's own error carries the settings, secrets and all; its message does not.
    if (checked.error) throw new Error(`The settings of the gateway ${id} are wrong: ${checked.error.message}`);
    return new GATEWAYS[id](checked.value);
  },
};
