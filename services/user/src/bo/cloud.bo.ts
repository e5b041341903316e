import type { Caller, ServiceCaller } from '@polycloud/auth';
import { CloudFactory, clouds } from '@polycloud/cloud';
import {
  AppError,
  type Cloud,
  type CloudConnection,
  type CloudOffer,
  type Infer,
  type NewCloud,
  type Provider,
} from '@polycloud/contracts';
import type { Encryption } from '@polycloud/encryption';
import { jsonSchemaOf } from '@polycloud/http';
import type Joi from 'joi';
import type { CloudRegistrationDao } from '../dao/cloud-registration.dao';
import type { CloudDoor } from '../service/cloud-door';

type Connection = Record<string, unknown>;

const MASK = '***';

/** In which context a connection is sealed. */
export const connectionContext = (userId: string) => `cloud-connection:${userId}`;

/** Which cloud a user lives on, and how to log in to it. */
export class CloudBo {
  constructor(
    private readonly registrations: CloudRegistrationDao,
    private readonly encryption: Encryption,
    private readonly door: CloudDoor,
  ) {}

  /** The providers with the JSON Schema of the connection of each. */
  offered(): Infer<typeof CloudOffer>[] {
    return CloudFactory.providers.map((provider) => ({
      provider,
      name: clouds[provider].name,
      connection: jsonSchemaOf(clouds[provider].connection, 'input'),
    }));
  }

  /** Stored only after the cloud has let us in with it. Without a prefix the user gets a folder of his own id. */
  async register({ userId }: Caller, { provider, connection }: Infer<typeof NewCloud>): Promise<Infer<typeof Cloud>> {
    const offered = CloudFactory.providers.find((name) => name === provider);
    if (!offered) {
      throw new AppError('UNSUPPORTED_CLOUD', `The cloud ${provider} is not offered`, {
        hint: `One of ${CloudFactory.providers.join(', ')}: see GET /clouds`,
      });
    }
    const valid = { prefix: `${userId}/`, ...validated(offered, connection) };
    await this.door.check(offered, valid);
    const registeredAt = new Date();
    const sealedConnection = this.encryption.seal(JSON.stringify(valid), connectionContext(userId));
    await this.registrations.put({ userId, provider: offered, sealedConnection, registeredAt });
    return { provider: offered, connection: masked(offered, valid), registeredAt: registeredAt.toISOString() };
  }

  async get({ userId }: Caller): Promise<Infer<typeof Cloud>> {
    const { provider, connection, registeredAt } = await this.open(userId);
    return { provider, connection: masked(provider, connection), registeredAt: registeredAt.toISOString() };
  }

  async remove({ userId }: Caller): Promise<void> {
    await this.registrations.remove(userId);
  }

  /** The whole connection, for a service. One that acts for a user gets that user's only. */
  async connectionOf(caller: ServiceCaller, userId: string): Promise<Infer<typeof CloudConnection>> {
    if (caller.onBehalfOf && caller.onBehalfOf.userId !== userId) {
      throw new AppError('FORBIDDEN', `The service ${caller.service} acts for another user`);
    }
    const { provider, connection } = await this.open(userId);
    return { provider, connection };
  }

  private async open(userId: string): Promise<{ provider: Provider; connection: Connection; registeredAt: Date }> {
    const found = await this.registrations.find(userId);
    if (!found) {
      throw new AppError('CLOUD_NOT_REGISTERED', `User ${userId} has registered no cloud`, {
        hint: 'Register it with PUT /user/cloud',
      });
    }
    const text = this.encryption.open(found.sealedConnection, connectionContext(userId));
    return { provider: found.provider, connection: JSON.parse(text) as Connection, registeredAt: found.registeredAt };
  }
}

function validated(provider: Provider, connection: Connection): Connection {
  const result: Joi.ValidationResult<Connection> = clouds[provider].connection.required().validate(connection, {
    abortEarly: false,
    convert: false,
    errors: { wrap: { label: false }, label: false },
  });
  if (!result.error) return result.value;
  // A message may quote the value, and the value may be a secret; so only the rule's name is told.
  const errors = result.error.details.map(({ path, type }) => ({
    field: ['body.connection', ...path].join('.'),
    message: RULES[type] ?? `does not follow the rule ${type}`,
  }));
  throw new AppError('VALIDATION_FAILED', `The ${provider} connection is not valid`, {
    errors,
    hint: 'GET /clouds shows what each provider takes',
  });
}

const RULES: Record<string, string> = {
  'any.required': 'is required',
  'object.unknown': 'is not allowed',
  'string.base': 'must be a string',
  'string.empty': 'must not be empty',
  'string.pattern.base': 'is not in the form that the provider uses',
};

const masked = (provider: Provider, connection: Connection): Connection =>
  Object.fromEntries(
    Object.entries(connection).map(([field, value]) => [field, clouds[provider].secrets.includes(field) ? MASK : value]),
  );
