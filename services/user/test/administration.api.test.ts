import { type Person, RunningUserService } from './running-service';

let service: RunningUserService;
let boss: Person;
beforeAll(async () => {
  service = await RunningUserService.start();
  boss = await service.person({ email: 'boss@example.com' });
});
afterAll(() => service.stop());

const asBoss = (method: 'get' | 'patch', path: string) => service.http[method](path).auth(boss.accessToken, { type: 'bearer' });

describe('for users that are no administrators', () => {
  it.each([
    ['get', '/users'],
    ['get', '/users/statistics'],
    ['patch', '/users/019a0000-0000-7000-8000-000000000000'],
  ] as const)('403 %s %s', async (method, path) => {
    const person = await service.person();
    const answer = await service.http[method](path).auth(person.accessToken, { type: 'bearer' }).send({ disabled: true });
    expect([answer.status, answer.body.code]).toEqual([403, 'FORBIDDEN']);
    expect((await service.http[method](path)).status).toBe(401);
  });
});

describe('GET /users', () => {
  it('200 lists all users once, newest first, while others register, and shows no secret', async () => {
    const people: string[] = [];
    for (let count = 0; count < 5; count++) people.unshift((await service.person()).id);
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const { body, text } = await asBoss('get', `/users?limit=2${cursor ? `&cursor=${cursor}` : ''}`);
      expect(text).not.toMatch(/whsec_|argon2/);
      seen.push(...body.data.map(({ id }: { id: string }) => id));
      cursor = body.page.nextCursor;
      if (seen.length === 2) await service.person();
    } while (cursor);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.slice(0, 5)).toEqual(people);
  });

  it('400 for a cursor that it did not give', async () => {
    expect((await asBoss('get', '/users?cursor=abc')).status).toBe(400);
    expect((await asBoss('get', '/users?limit=101')).status).toBe(400);
  });
});

describe('PATCH /users/:id', () => {
  it('200 disables a user: his tokens stop at once, he cannot log in, and can again when enabled', async () => {
    const person = await service.person();
    expect((await asBoss('patch', `/users/${person.id}`).send({ disabled: true })).body.data.disabled).toBe(true);
    expect((await service.details(person.accessToken)).status).toBe(401);
    expect((await service.verifyAtService(person.accessToken)).status).toBe(401);
    expect((await service.refresh(person.refreshToken)).status).toBe(401);
    expect((await service.logIn(person.email)).status).toBe(401);
    await asBoss('patch', `/users/${person.id}`).send({ disabled: false });
    expect((await service.logIn(person.email)).status).toBe(200);
    expect((await service.details(person.accessToken)).status).toBe(401);
  });

  it('200 gives and takes roles; the tokens in use have the new ones at once', async () => {
    const person = await service.person();
    await asBoss('patch', `/users/${person.id}`).send({ roles: ['customer', 'admin'] });
    expect((await service.verifyAtService(person.accessToken)).body.data.roles).toEqual(['customer', 'admin']);
    const list = () => service.http.get('/users').auth(person.accessToken, { type: 'bearer' });
    expect((await list()).status).toBe(200);
    await asBoss('patch', `/users/${person.id}`).send({ roles: ['customer'] });
    expect((await list()).status).toBe(403);
  });

  it('409 does not let an administrator lock himself out', async () => {
    for (const body of [{ disabled: true }, { roles: ['customer'] }]) {
      const answer = await asBoss('patch', `/users/${boss.id}`).send(body);
      expect([answer.status, answer.body.code]).toEqual([409, 'INVALID_STATE']);
    }
    expect((await asBoss('get', '/users')).status).toBe(200);
  });

  it('404 for nobody, 400 for unknown roles, none or nothing', async () => {
    expect((await asBoss('patch', '/users/019a0000-0000-7000-8000-000000000000').send({ disabled: true })).status).toBe(404);
    const { id } = await service.person();
    for (const body of [{}, { roles: [] }, { roles: ['root'] }, { roles: ['admin', 'admin'] }, { name: 'x' }])
      expect((await asBoss('patch', `/users/${id}`).send(body)).status).toBe(400);
  });
});

describe('GET /users/statistics', () => {
  it('200 gives a series without gaps that ends today and counts every registration', async () => {
    const { data } = (await asBoss('get', '/users/statistics?by=day')).body;
    expect(data).toHaveLength(30);
    expect(data.at(-1)).toEqual({ period: new Date().toISOString().slice(0, 10), count: await service.count('users') });
  });

  it('200 counts by week and month from a day on', async () => {
    const { id } = await service.person();
    await service.database.adminQuery("UPDATE users SET created_at = '2026-01-31 23:59:59.999' WHERE id = ?", [id]);
    const months = (await asBoss('get', '/users/statistics?by=month&from=2026-01-01')).body.data;
    expect(months[0]).toEqual({ period: '2026-01-01', count: 1 });
    expect(months[1]).toEqual({ period: '2026-02-01', count: 0 });
    const weeks = (await asBoss('get', '/users/statistics?by=week&from=2026-01-28')).body.data;
    expect(weeks[0]).toEqual({ period: '2026-01-26', count: 1 });
    expect(months.reduce((sum: number, { count }: { count: number }) => sum + count, 0)).toBe(await service.count('users'));
  });

  it.each(['by=hour', 'from=yesterday', 'by=day&from=1990-01-01', 'from=2999-01-01'])('400 for %s', async (query) => {
    expect((await asBoss('get', `/users/statistics?${query}`)).status).toBe(400);
  });
});
