import { RunningUserService } from './running-service';

let service: RunningUserService;
beforeAll(async () => {
  service = await RunningUserService.start();
});
afterAll(() => service.stop());

it('logs in, is who he is here and at the other services, and publishes the key of it', async () => {
  const person = await service.person();
  expect((await service.details(person.accessToken)).body.data).toMatchObject({ id: person.id, email: person.email });
  const verified = await service.verifyAtService(person.accessToken);
  expect(verified.body.data).toMatchObject({ userId: person.id, roles: ['customer'], cloud: null });
  const { body } = await service.http.get('/.well-known/jwks.json');
  expect(body.keys).toEqual([expect.objectContaining({ kty: 'EC', crv: 'P-256', alg: 'ES256', use: 'sig' })]);
  expect(body.keys[0]).not.toHaveProperty('d');
});
