import Joi from 'joi';
import { endpoint } from './endpoint';
import { currency, id, providers, time } from './fields';
import { list, named, nullable, oneOf, record } from './schema';

/** What a user is called. */
export const personName = () =>
  Joi.string<string>()
    .trim()
    .min(1)
    .max(100)
    .pattern(/^[^\p{Cc}\p{Cs}]+$/u, 'text without control characters')
    .example('Sara Ali');
/** An e-mail address. */
export const emailAddress = () => Joi.string<string>().max(254).email({ tlds: false }).example('sara@example.com');
const password = () => Joi.string<string>().min(8).max(128).example('a long phrase of mine');

/** An international phone number, E.164. */
export const phone = () =>
  Joi.string<string>()
    .pattern(/^\+[1-9][0-9]{6,14}$/, 'E.164 phone number')
    .example('+96550001234');

export const roles = ['customer', 'admin'] as const;
export type Role = (typeof roles)[number];
/** The roles of one user. */
export const rolesOf = () =>
  list(oneOf(...roles))
    .min(1)
    .unique();

/** Where a client was when it registered, degrees (WGS 84). */
export const Location = named(
  'Location',
  record({ latitude: Joi.number().min(-90).max(90), longitude: Joi.number().min(-180).max(180) }),
);

export const NewUser = named(
  'NewUser',
  record({ name: personName(), email: emailAddress(), password: password() }, { phone: phone(), location: Location }),
);

const preferences = {
  language: Joi.string<string>()
    .pattern(/^[a-z]{2,3}(-[A-Z]{2})?$/, 'language tag such as ar or en-GB')
    .example('ar')
    .description('In which language to talk to the user'),
  currency: currency().description('In which currency to show prices'),
};

export const User = named(
  'User',
  record({
    id: id(),
    name: personName(),
    email: emailAddress(),
    phone: nullable(phone()),
    roles: rolesOf(),
    cloud: nullable(oneOf(...providers)),
    settings: named(
      'UserSettings',
      record({ webhookSecret: Joi.string<string>().description('Signs the callbacks: whsec_ and base64') }, { ...preferences }),
    ),
    location: nullable(Location),
    createdAt: time(),
  }),
);

export const UserChange = named(
  'UserChange',
  record(
    {},
    {
      name: personName(),
      email: emailAddress(),
      phone: nullable(phone()),
      password: password().description('The new one'),
      currentPassword: Joi.string<string>().max(128).description('Needed to change e-mail, phone or password'),
      settings: named(
        'UserSettingsChange',
        record(
          {},
          { ...preferences, webhookSecret: Joi.any().valid(null).description('null makes a new one') as Joi.AnySchema<null> },
        ),
      ),
    },
  ).min(1),
);

export const users = {
  register: endpoint({
    operation: 'registerUser',
    method: 'POST',
    path: '/user',
    summary: 'Register a user',
    access: 'public',
    body: NewUser,
    status: 201,
    returns: User,
    fails: ['EMAIL_TAKEN', 'UNAVAILABLE'],
  }),
  details: endpoint({
    operation: 'getMyDetails',
    method: 'GET',
    path: '/user/details',
    summary: 'Who am I',
    status: 200,
    returns: User,
  }),
  change: endpoint({
    operation: 'changeMyDetails',
    method: 'PATCH',
    path: '/user/details',
    summary: 'Change my details and settings',
    body: UserChange,
    status: 200,
    returns: User,
    fails: ['EMAIL_TAKEN', 'FORBIDDEN', 'RATE_LIMITED'],
  }),
};
