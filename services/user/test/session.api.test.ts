import { Forger } from './forged-token';
import { type Person, RunningUserService } from './running-service';

let service: RunningUserService;
beforeAll(async () => {
  service = await RunningUserService.start();
});
afterAll(() => service.stop());

/** Moves the session of a person, or the use of his tokens, into the past. */
const age = (table: string, change: string, person: Person) =>
  service.database.adminQuery(
    `UPDATE ${table} SET ${change} WHERE ${table === 'sessions' ? 'id' : 'session_id'} IN (SELECT id FROM (SELECT id FROM sessions WHERE user_id = ?) mine)`,
    [person.id],
  );

describe('POST /authentication/refresh', () => {
  it('200 gives a new pair that works; the access token of before works on until its end', async () => {
    const person = await service.person();
    const answer = await service.refresh(person.refreshToken);
    expect(answer.status).toBe(200);
    expect(answer.body.data).toMatchObject({ tokenType: 'Bearer', expiresIn: 600 });
    expect(answer.body.data.refreshToken).not.toBe(person.refreshToken);
    expect((await service.details(answer.body.data.accessToken)).status).toBe(200);
    expect((await service.details(person.accessToken)).status).toBe(200);
  });

  it('keeps only hashes: no refresh token is readable in the schema', async () => {
    const person = await service.person();
    const next = (await service.refresh(person.refreshToken)).body.data.refreshToken as string;
    const rows = await service.database.adminQuery('SELECT * FROM refresh_tokens');
    for (const token of [person.refreshToken, next]) expect(JSON.stringify(rows)).not.toContain(token);
  });

  it('renews once for fifty requests that hit the expiry at once: all get the same successor', async () => {
    const person = await service.person();
    const answers = await Promise.all(Array.from({ length: 50 }, () => service.refresh(person.refreshToken)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const successors = new Set(answers.map(({ body }) => body.data.refreshToken as string));
    expect(successors.size).toBe(1);
    expect(await refreshTokensOf(person)).toBe(2);
    const [successor = ''] = successors;
    expect((await service.refresh(successor)).status).toBe(200);
  });

  it('gives the successor again within the grace, when the answer was lost', async () => {
    const person = await service.person();
    const first = await service.refresh(person.refreshToken);
    const again = await service.refresh(person.refreshToken);
    expect(again.body.data.refreshToken).toBe(first.body.data.refreshToken);
  });

  it('401 ends the whole family when a used token comes back after the grace', async () => {
    const person = await service.person();
    const next = (await service.refresh(person.refreshToken)).body.data;
    await age('refresh_tokens', 'used_at = used_at - INTERVAL 11 SECOND', person);
    expect((await service.refresh(person.refreshToken)).status).toBe(401);
    expect((await service.refresh(next.refreshToken)).status).toBe(401);
    expect((await service.details(next.accessToken)).status).toBe(401);
  });

  it('401 ends the family when another client brings a token that was just used', async () => {
    const person = await service.person();
    const next = (await service.refresh(person.refreshToken).set('User-Agent', 'phone')).body.data;
    expect((await service.refresh(person.refreshToken).set('User-Agent', 'thief')).status).toBe(401);
    expect((await service.refresh(next.refreshToken).set('User-Agent', 'phone')).status).toBe(401);
  });

  it("leaves the user's other sessions alone when one family is ended", async () => {
    const person = await service.person();
    const other = (await service.logIn(person.email)).body.data;
    await service.refresh(person.refreshToken).set('User-Agent', 'phone');
    await service.refresh(person.refreshToken).set('User-Agent', 'thief');
    expect((await service.refresh(other.refreshToken)).status).toBe(200);
  });

  it.each([
    ['after the absolute end, in spite of steady use', 'expires_at = UTC_TIMESTAMP(3)'],
    ['after seven days without use', 'idle_at = UTC_TIMESTAMP(3)'],
  ])('401 %s', async (_when, change) => {
    const person = await service.person();
    await age('sessions', change, person);
    expect((await service.refresh(person.refreshToken)).status).toBe(401);
    expect(await refreshTokensOf(person)).toBe(1);
  });

  it('ends a session 30 days after its login and 7 days after its last use', async () => {
    const person = await service.person();
    const [row] = await service.database.adminQuery<Record<string, number>>(
      `SELECT TIMESTAMPDIFF(SECOND, created_at, expires_at) AS life, TIMESTAMPDIFF(SECOND, last_used_at, idle_at) AS idle
       FROM sessions WHERE user_id = ?`,
      [person.id],
    );
    expect(row).toEqual({ life: 30 * 86_400, idle: 7 * 86_400 });
  });

  it('401 after logout', async () => {
    const person = await service.person();
    await service.http.post('/authentication/logout').auth(person.accessToken, { type: 'bearer' });
    expect((await service.refresh(person.refreshToken)).status).toBe(401);
  });

  it('401 for what is no refresh token, an access token too', async () => {
    const person = await service.person();
    for (const token of ['x', person.accessToken, `${person.refreshToken}x`]) {
      expect((await service.refresh(token)).status).toBe(401);
    }
    expect((await service.refresh('x'.repeat(10_000))).status).toBe(400);
  });

  it('429 stops one network that guesses refresh tokens, after 300 in a quarter of an hour; others go on', async () => {
    const from = (address: string, token: string) => service.refresh(token).set('X-Forwarded-For', address);
    expect((await from('198.51.100.7', 'a guess')).status).toBe(401);
    const counted = "UPDATE attempts SET taken = 298 WHERE bucket LIKE 'refresh:%' AND taken = 1";
    await service.database.adminQuery(counted);
    const guesses = await Promise.all(Array.from({ length: 10 }, (_, index) => from('198.51.100.7', `guess-${index}`)));
    expect(guesses.filter(({ status }) => status === 401)).toHaveLength(2);
    const limited = guesses.filter(({ status }) => status === 429);
    expect(limited).toHaveLength(8);
    expect(Number(limited[0]?.headers['retry-after'])).toBeGreaterThan(800);
    expect(limited[0]?.headers['ratelimit']).toMatch(/^"refresh";r=0;t=\d+$/);
    const person = await service.person();
    expect((await from('198.51.100.8', person.refreshToken)).status).toBe(200);
    expect((await from('198.51.100.7', (await service.person()).refreshToken)).status).toBe(200);
  });
});

/** What the mobile and the browser client do: send, and on 401 renew once and send again. */
class RenewingClient {
  renewals = 0;
  constructor(
    private accessToken: string,
    private refreshToken: string,
  ) {}

  async details(): Promise<number> {
    const used = this.accessToken;
    const { status } = await service.details(used);
    if (status !== 401) return status;
    if (this.accessToken === used) await this.renew();
    return (await service.details(this.accessToken)).status;
  }

  private async renew(): Promise<void> {
    const { body } = await service.refresh(this.refreshToken);
    this.renewals++;
    this.accessToken = body.data.accessToken;
    this.refreshToken = body.data.refreshToken;
  }
}

describe('an access token that expires in the midst of use', () => {
  it('is renewed by one refresh when ten requests hit its expiry at once: one session, one chain of tokens', async () => {
    const person = await service.person();
    const forger = await Forger.of(service, person.accessToken);
    const iat = Math.floor(Date.now() / 1000) - 700;
    const client = new RenewingClient(forger.signed({ iat, exp: iat + 600 }), person.refreshToken);
    const statuses = await Promise.all(Array.from({ length: 10 }, () => client.details()));
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(client.renewals).toBeGreaterThanOrEqual(1);
    expect(await refreshTokensOf(person)).toBe(2);
    expect(await client.details()).toBe(200);
  });
});

describe('POST /authentication/logout', () => {
  it('204 ends this session at once, in every process, and no other', async () => {
    const [person, further] = [await service.person(), await service.another()];
    const phone = (await service.logIn(person.email)).body.data;
    const answer = await service.http.post('/authentication/logout').auth(person.accessToken, { type: 'bearer' });
    expect(answer.status).toBe(204);
    expect((await service.details(person.accessToken)).status).toBe(401);
    expect((await service.verifyAtService(person.accessToken)).status).toBe(401);
    expect((await service.details(phone.accessToken)).status).toBe(200);
    const elsewhere = await fetch(`${further.url}/user/details`, { headers: { authorization: `Bearer ${person.accessToken}` } });
    expect(elsewhere.status).toBe(401);
    await further.stop();
  });
});

describe('GET /user/sessions', () => {
  it("lists the caller's devices, newest first, and ends one", async () => {
    const person = await service.person();
    const phone = await service.http
      .post('/authentication')
      .set('User-Agent', 'Phone of Sara')
      .send({ email: person.email, password: person.password });
    const list = () => service.http.get('/user/sessions').auth(person.accessToken, { type: 'bearer' });
    const { data } = (await list()).body;
    expect(data).toEqual([
      expect.objectContaining({ device: 'Phone of Sara', method: 'password', current: false }),
      expect.objectContaining({ current: true }),
    ]);
    const end = await service.http.delete(`/user/sessions/${data[0].id}`).auth(person.accessToken, { type: 'bearer' });
    expect(end.status).toBe(204);
    expect((await service.details(phone.body.data.accessToken)).status).toBe(401);
    expect((await list()).body.data).toHaveLength(1);
  });

  it("404 for another user's session, which goes on", async () => {
    const [one, other] = [await service.person(), await service.person()];
    const { data } = (await service.http.get('/user/sessions').auth(other.accessToken, { type: 'bearer' })).body;
    const answer = await service.http.delete(`/user/sessions/${data[0].id}`).auth(one.accessToken, { type: 'bearer' });
    expect([answer.status, answer.body.code]).toEqual([404, 'NOT_FOUND']);
    expect((await service.details(other.accessToken)).status).toBe(200);
  });
});

const refreshTokensOf = async ({ id }: Person) => {
  const [row] = await service.database.adminQuery<{ n: number }>(
    'SELECT COUNT(*) AS n FROM refresh_tokens t JOIN sessions s ON s.id = t.session_id WHERE s.user_id = ?',
    [id],
  );
  return Number(row?.n);
};
