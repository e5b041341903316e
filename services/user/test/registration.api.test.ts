import { RunningUserService } from './running-service';

let service: RunningUserService;
beforeAll(async () => {
  service = await RunningUserService.start();
});
afterAll(() => service.stop());

describe('POST /user', () => {
  it('201 gives the user without any trace of his password, and a callback secret of 32 random bytes', async () => {
    const answer = await service.register({ name: 'سارة العلي', phone: '+96550001234' });
    expect(answer.status).toBe(201);
    expect(answer.body.data).toMatchObject({ name: 'سارة العلي', phone: '+96550001234', roles: ['customer'], cloud: null });
    expect(answer.body.data.settings.webhookSecret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(answer.text).not.toMatch(/argon2|hash/i);
  });

  it('stores the password as argon2id of 19 MiB or more and the callback secret sealed', async () => {
    const { body } = await service.register();
    const [row] = await service.database.adminQuery<{ password_hash: string; sealed_settings: string }>(
      'SELECT password_hash, sealed_settings FROM users WHERE id = ?',
      [body.data.id],
    );
    expect(row?.password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(row?.sealed_settings).toMatch(/^v1\.k1\./);
  });

  it('keeps the place where the client was, and says null where it did not tell', async () => {
    const located = await service.register({ location: { latitude: 29.375859, longitude: 47.977405 } });
    expect(located.body.data.location).toEqual({ latitude: 29.375859, longitude: 47.977405 });
    expect((await service.register()).body.data.location).toBeNull();
    const wrong = await service.register({ location: { latitude: 91, longitude: 0 } });
    expect([wrong.status, wrong.body.errors[0].field]).toEqual([400, 'body.location.latitude']);
  });

  it.each([
    ['another case', 'SARA.Case@Example.COM'],
    ['full width letters', 'ｓara.case@example.com'],
    ['a long s', 'ſara.case@example.com'],
    ['an invisible joiner', 'sara\u200d.case@example.com'],
    ['an accent', 'sára.case@example.com'],
    ['a combining accent', 'sa\u0301ra.case@example.com'],
    ['a dotted capital i in the domain', 'sara.case@example.com'.replace('l', 'ｌ')],
  ])('409 EMAIL_TAKEN sees through %s and stores nothing', async (_trick, email) => {
    await service.register({ email: 'sara.case@example.com' });
    const before = await service.count('users');
    const answer = await service.register({ email });
    expect([answer.status, answer.body.code]).toEqual([409, 'EMAIL_TAKEN']);
    expect(await service.count('users')).toBe(before);
  });

  it('409 EMAIL_TAKEN for all but one of eight at once', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => service.register({ email: 'race@example.com' })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...new Array<number>(7).fill(409)]);
  });

  it('400 for an address that mixes Latin letters with look-alikes', async () => {
    const answer = await service.register({ email: 's\u0430ra.mixed@example.com' });
    expect([answer.status, answer.body.errors[0].field]).toEqual([400, 'body.email']);
  });

  it.each([
    ['a common one', 'password1'],
    ['a common one in capitals', 'QWERTYUIOP'],
    ['the own name', 'Sara Ali'],
    ['too short', 'x7$kQ2!'],
    ['a million characters', 'x'.repeat(90_000)],
    ['129 characters', 'x'.repeat(129)],
    ['a number', 1234567890],
  ])('400 for a password that is %s, and stores nobody', async (_what, password) => {
    const before = await service.count('users');
    const answer = await service.register({ password });
    expect([answer.status, answer.body.code, answer.body.errors[0].field]).toEqual([400, 'VALIDATION_FAILED', 'body.password']);
    expect(await service.count('users')).toBe(before);
  });

  it.each([
    ['many characters', `${'x'.repeat(72)}a`, `${'x'.repeat(72)}b`],
    ['blanks around it', '  with blanks  ', 'with blanks'],
    ['a NUL in it', 'nul\0byte-a', 'nul\0byte-b'],
    ['any script', 'كلمة سر طويلة 🔑', 'كلمة سر طويلة 🔒'],
  ])('takes every character of a password with %s', async (_what, password, other) => {
    const { body } = await service.register({ password });
    expect((await service.logIn(body.data.email, password)).status).toBe(200);
    expect((await service.logIn(body.data.email, other)).status).toBe(401);
  });

  it('400 lists every wrong field, unknown ones too, so nobody makes himself an administrator', async () => {
    const answer = await service.register({ email: 'no address', phone: '12345', roles: ['admin'], name: 'a\u0000b' });
    const fields = answer.body.errors.map(({ field }: { field: string }) => field).sort();
    expect([answer.status, fields]).toEqual([400, ['body.email', 'body.name', 'body.phone', 'body.roles']]);
  });

  it('makes an administrator of whom the operator named, however the address is spelled', async () => {
    expect((await service.register({ email: 'Boss@Example.com' })).body.data.roles).toEqual(['customer', 'admin']);
  });
});
