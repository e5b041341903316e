import Joi from 'joi';

/** Fields of connections; each has a description for people, since the schemas are published. */
export const text = (description: string) => Joi.string<string>().min(1).max(4096).description(description);
/** A text that becomes part of a host name or path, so it is held to the provider's own alphabet. */
export const name = (pattern: RegExp, description: string) => text(description).pattern(pattern);
/** A text that is stored encrypted, never shown, and blotted out of every message. */
export const secret = (description: string) => text(description).tag('secret');
/** An address that is called: the factory refuses it unless it is the provider's own or the operator allows it. */
export const address = (description: string) =>
  Joi.string<string>()
    .uri({ scheme: ['http', 'https'] })
    .max(2048)
    .description(description)
    .tag('address');

const BUCKET = /^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/;
const REGION = /^[a-z]{2,}[a-z0-9-]{0,30}$/;
const FOLDERS = /^(?:[\w!.*'() @=+,~-]*[\w!*'()@=+,~-]\/)*(?:[\w!.*'() @=+,~-]*[\w!*'()@=+,~-])?$/;

export const region = (description: string) => name(REGION, description);
export const bucket = name(BUCKET, 'Bucket of the data');

/** What every connection may have. */
export const common = {
  endpoint: address('Address of the storage, when it is not the provider’s own; only hosts that the operator allows'),
  prefix: Joi.string<string>()
    .max(256)
    .pattern(FOLDERS)
    .description('Folder of the bucket that holds the data; nothing outside it is touched'),
};
export const inferenceEndpoint = address('Address of the machine-learning service, when it is not the provider’s own');

/** The names of the fields that were declared as `secret` or as `address`. `describe()` tells them too, but at the price of a start. */
export function fieldsOf({ $_terms: { keys } }: Joi.ObjectSchema, kind: 'secret' | 'address'): string[] {
  const fields = keys as { key: string; schema: Joi.AnySchema }[];
  return fields.filter(({ schema }) => (schema.$_terms['tags'] as string[]).includes(kind)).map(({ key }) => key);
}
