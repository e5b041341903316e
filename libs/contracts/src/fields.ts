import Joi from 'joi';
import { named, record } from './schema';

/** UUID v7: sortable by the time of its making. */
export const id = () => Joi.string<string>().guid({ version: 'uuidv7' }).description('UUID v7');

/** ISO 8601 in UTC with milliseconds. */
export const time = () => Joi.string<string>().isoDate().description('ISO 8601, UTC, milliseconds');

/** ISO 4217 code, upper case. */
export const currency = () =>
  Joi.string<string>()
    .pattern(/^[A-Z]{3}$/, 'ISO 4217 currency')
    .example('USD');

/** An amount in the currency's own minor units: 1250 KWD is 1.250 KWD. */
export const Money = named('Money', record({ amount: Joi.number().integer().min(0).example(1250), currency: currency() }));

/** How a list is asked for: newest first, a page at a time. */
export const pageQuery = {
  cursor: Joi.string<string>().max(512).description('The opaque nextCursor of the page before'),
};
export const pageLimit = { limit: Joi.number().integer().min(1).max(100).default(20) };

/** What a list says about itself. */
export const Page = named('Page', record({ limit: Joi.number().integer(), nextCursor: Joi.string<string>().allow(null) }));

/** The clouds a user may live on; the columns that hold one take 16 characters. */
export const providers = ['AWS', 'AZURE', 'GOOGLE', 'IBM', 'S3COMPATIBLE'] as const;
export type Provider = (typeof providers)[number];

/** The key of an object in the user's cloud, below his own prefix: every name that all clouds can hold. */
export const objectKey = () =>
  Joi.string<string>()
    .min(1)
    .max(512)
    .pattern(/^[^\p{Cc}\p{Cs}\\%#?"<>|]+$/u, 'no control character and none of \\ % # ? " < > |')
    .example('taxis.csv');
