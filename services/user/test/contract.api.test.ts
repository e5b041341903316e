import { type Endpoint, serviceContracts } from '@polycloud/contracts';
import { type Person, RunningUserService } from './running-service';

let service: RunningUserService;
let boss: Person;
beforeAll(async () => {
  service = await RunningUserService.start();
  boss = await service.person({ email: 'boss@example.com', phone: '+96550001234', location: { latitude: 1, longitude: 2 } });
});
afterAll(() => service.stop());

/** What each operation is asked with; those that answer no data have no entry. */
const ASKED: Record<string, () => { path?: string; body?: object }> = {
  'users.register': () => ({ body: { name: 'Ali', email: 'ali@example.com', password: 'a long phrase of mine' } }),
  'users.details': () => ({}),
  'users.change': () => ({ body: { settings: { currency: 'KWD' } } }),
  'authentication.logIn': () => ({ body: { email: boss.email, password: boss.password } }),
  'authentication.refresh': () => ({ body: { refreshToken: boss.refreshToken } }),
  'sessions.list': () => ({}),
  'clouds.offered': () => ({}),
  'administration.list': () => ({}),
  'administration.change': () => ({ path: `/users/${boss.id}`, body: { disabled: false } }),
  'administration.statistics': () => ({}),
  'tokens.jwks': () => ({}),
  'tokens.verify': () => ({ body: { token: boss.accessToken } }),
};

it.each(Object.keys(ASKED))('%s answers exactly what its contract promises', async (operation) => {
  const [group = '', name = ''] = operation.split('.');
  const groups: Record<string, Record<string, Endpoint>> = serviceContracts.user;
  const endpoint = groups[group]?.[name];
  if (!endpoint?.returns) throw new Error(`${operation} promises no data`);
  const { path = endpoint.path, body } = ASKED[operation]?.() ?? {};
  const token = endpoint.access === 'service' ? service.serviceToken() : boss.accessToken;
  const method = endpoint.method.toLowerCase() as 'get';
  const answer = await service.http[method](path).auth(token, { type: 'bearer' }).send(body);
  expect(answer.status).toBe(endpoint.status);
  const data: unknown = endpoint.bare ? answer.body : answer.body.data;
  expect(endpoint.returns.required().validate(data, { convert: false, presence: 'optional' }).error).toBeUndefined();
});
