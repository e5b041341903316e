import { PASSWORD, type Person, RunningUserService } from './running-service';

let service: RunningUserService;
beforeAll(async () => {
  service = await RunningUserService.start();
});
afterAll(() => service.stop());

const change = (person: Person, body: object) =>
  service.http.patch('/user/details').auth(person.accessToken, { type: 'bearer' }).send(body);
const detailsOf = async (person: Person) => (await service.details(person.accessToken)).body.data;

describe('PATCH /user/details', () => {
  it('200 changes name and preferences without a password', async () => {
    const person = await service.person();
    const answer = await change(person, { name: 'Sara Omar', settings: { language: 'ar', currency: 'KWD' } });
    expect(answer.status).toBe(200);
    expect(await detailsOf(person)).toMatchObject({ name: 'Sara Omar', settings: { language: 'ar', currency: 'KWD' } });
  });

  it('200 makes a new callback secret on demand, and keeps the other settings', async () => {
    const person = await service.person();
    await change(person, { settings: { language: 'en' } });
    const before = (await detailsOf(person)).settings;
    const after = (await change(person, { settings: { webhookSecret: null } })).body.data.settings;
    expect(after.language).toBe('en');
    expect(after.webhookSecret).toMatch(/^whsec_/);
    expect(after.webhookSecret).not.toBe(before.webhookSecret);
  });

  it.each([
    ['e-mail', { email: 'stolen@example.com' }],
    ['phone', { phone: '+96555555555' }],
    ['password', { password: 'a quite different phrase' }],
  ])('403 changes no %s without the current password, or with a wrong one', async (_what, body) => {
    const person = await service.person();
    for (const currentPassword of [undefined, 'not his password']) {
      const answer = await change(person, { ...body, currentPassword });
      expect([answer.status, answer.body.code]).toEqual([403, 'FORBIDDEN']);
    }
    expect(await detailsOf(person)).toMatchObject({ email: person.email, phone: null });
    expect((await service.logIn(person.email)).status).toBe(200);
  });

  it('429 stops who guesses the current password of a session that he took over', async () => {
    const person = await service.person();
    for (let round = 0; round < 10; round++) await change(person, { phone: null, currentPassword: `guess ${round}` });
    expect((await change(person, { phone: null, currentPassword: PASSWORD })).status).toBe(429);
  });

  it('200 changes the e-mail address, and with it how to log in', async () => {
    const person = await service.person();
    const email = `new.${person.email}`;
    expect((await change(person, { email, currentPassword: PASSWORD })).status).toBe(200);
    expect((await service.logIn(email)).status).toBe(200);
    expect((await service.logIn(person.email)).status).toBe(401);
  });

  it('409 EMAIL_TAKEN when the address is of another user, in any spelling', async () => {
    const [one, other] = [await service.person(), await service.person()];
    const answer = await change(one, { email: other.email.toUpperCase(), currentPassword: PASSWORD });
    expect([answer.status, answer.body.code]).toEqual([409, 'EMAIL_TAKEN']);
    expect((await detailsOf(one)).email).toBe(one.email);
  });

  it('200 with a new password ends all other sessions and keeps this one', async () => {
    const person = await service.person();
    const other = (await service.logIn(person.email)).body.data;
    expect((await change(person, { password: 'a quite different phrase', currentPassword: PASSWORD })).status).toBe(200);
    expect((await service.details(person.accessToken)).status).toBe(200);
    expect((await service.details(other.accessToken)).status).toBe(401);
    expect((await service.refresh(other.refreshToken)).status).toBe(401);
    expect((await service.logIn(person.email)).status).toBe(401);
    expect((await service.logIn(person.email, 'a quite different phrase')).status).toBe(200);
  });

  it('400 refuses a common password, what is not his to change, and nothing at all', async () => {
    const person = await service.person();
    expect((await change(person, { password: 'password1', currentPassword: PASSWORD })).status).toBe(400);
    for (const body of [
      {},
      { roles: ['admin'] },
      { id: person.id },
      { settings: { webhookSecret: 'whsec_mine' } },
      { createdAt: 'x' },
    ])
      expect((await change(person, body)).status).toBe(400);
    expect((await detailsOf(person)).roles).toEqual(['customer']);
  });
});
