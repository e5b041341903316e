import { randomUUID } from 'node:crypto';
import { PASSWORD, RunningUserService } from './running-service';

let service: RunningUserService;
beforeAll(async () => {
  service = await RunningUserService.start();
});
afterAll(() => service.stop());

/** Logs in from an address of its own, so that the limits of one test do not touch another. */
const logInFrom = (address: string, email: string, password = PASSWORD) =>
  service.logIn(email, password).set('X-Forwarded-For', address);

/** Ten wrong passwords from there: the first is tried, the others are written down. */
async function spendTries(address: string, email: string): Promise<void> {
  const counted = "SELECT bucket FROM attempts WHERE bucket LIKE 'login:%'";
  const before = new Set((await service.database.adminQuery<{ bucket: string }>(counted)).map(({ bucket }) => bucket));
  expect((await logInFrom(address, email, 'wrong password')).status).toBe(401);
  const fresh = (await service.database.adminQuery<{ bucket: string }>(counted)).filter(({ bucket }) => !before.has(bucket));
  expect(fresh).toHaveLength(1);
  await service.database.adminQuery('UPDATE attempts SET taken = 10 WHERE bucket = ?', [fresh[0]?.bucket]);
}

describe('POST /authentication', () => {
  it('200 gives a pair of tokens; the access token says nothing but whose it is, for 15 minutes at most', async () => {
    const { id, accessToken, refreshToken } = await service.person();
    const [header, claims] = accessToken.split('.').map((part) => Buffer.from(part, 'base64url').toString());
    expect(JSON.parse(header ?? '')).toEqual({ alg: 'ES256', typ: 'at+jwt', kid: expect.any(String) });
    expect(Object.keys(JSON.parse(claims ?? '')).sort()).toEqual(['aud', 'exp', 'iat', 'iss', 'sid', 'sub']);
    const { sub, aud, exp, iat } = JSON.parse(claims ?? '');
    expect([sub, aud, exp - iat]).toEqual([id, 'polycloud', 600]);
    expect(refreshToken).toMatch(/^[A-Za-z0-9_-]{43}$/);
  });

  it('takes the address in any spelling that is the same', async () => {
    const { email } = await service.person({ email: 'Spelled@Example.com' });
    expect((await service.logIn(` ${email.toUpperCase()}`)).status).toBe(200);
    expect((await service.logIn('ｓpelled@example.com')).status).toBe(200);
  });

  it('401 is one and the same for an unknown address, a wrong password, a disabled user and no address at all', async () => {
    const [known, disabled] = [await service.person(), await service.person()];
    await service.database.adminQuery('UPDATE users SET disabled_at = NOW(3) WHERE id = ?', [disabled.id]);
    const answers = await Promise.all([
      service.logIn(`${randomUUID()}@example.com`),
      service.logIn(known.email, 'not his password'),
      service.logIn(disabled.email),
      service.logIn('not an address'),
    ]);
    const told = answers.map(({ status, body: { requestId: _id, ...body } }) => ({ status, ...body }));
    expect(new Set(told.map((each) => JSON.stringify(each))).size).toBe(1);
    expect(told[0]).toMatchObject({ status: 401, code: 'INVALID_CREDENTIALS' });
  });

  it('does the same hashing for an unknown address as for a wrong password', async () => {
    const { email } = await service.person();
    const cpuOf = async (address: string) => {
      const before = process.cpuUsage();
      for (let round = 0; round < 8; round++) await logInFrom(`203.0.113.${round}`, address, 'wrong password');
      return process.cpuUsage(before).user;
    };
    await cpuOf('warm.up@example.com');
    const [unknown, known] = [await cpuOf('nobody@example.com'), await cpuOf(email)];
    expect(unknown / known).toBeGreaterThan(0.3);
    expect(unknown / known).toBeLessThan(3);
  });

  it('400 for a password of a megabyte, before anything is hashed or looked up', async () => {
    const answer = await service.logIn('sara@example.com', 'x'.repeat(90_000));
    expect([answer.status, answer.body.errors[0].field]).toEqual([400, 'body.password']);
  });

  it('rehashes at login what was hashed at a lower cost', async () => {
    const { id, email } = await service.person();
    const { hash } = await import('@node-rs/argon2');
    const weak = await hash(PASSWORD, { memoryCost: 8192, timeCost: 1, parallelism: 1 });
    await service.database.adminQuery('UPDATE users SET password_hash = ? WHERE id = ?', [weak, id]);
    expect((await service.logIn(email)).status).toBe(200);
    const [row] = await service.database.adminQuery<{ h: string }>('SELECT password_hash AS h FROM users WHERE id = ?', [id]);
    expect(row?.h).toContain('$m=19456,t=2,p=1$');
  });

  it('200 for fifteen logins of one account at once from one place: no burst of good ones is taken for guessing', async () => {
    const { email } = await service.person();
    const answers = await Promise.all(Array.from({ length: 15 }, () => logInFrom('192.0.2.200', email)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  });

  it('answers other requests while thirty logins are being hashed', async () => {
    const { email, accessToken } = await service.person();
    let done = 0;
    const burst = Array.from({ length: 30 }, (_, index) =>
      logInFrom(`192.0.2.${index}`, email).then(({ status }) => {
        done++;
        return status;
      }),
    );
    await service.details(accessToken);
    await service.details(accessToken);
    expect(done).toBeLessThan(30);
    expect(new Set(await Promise.all(burst))).toEqual(new Set([200]));
  });
});

describe('guessing a password', () => {
  it('429 after ten tries from one place; evaluates no more of two hundred at once, the right one neither', async () => {
    const { email } = await service.person();
    const guesses = Array.from({ length: 200 }, (_, index) => logInFrom('198.51.100.1', email, `guess number ${index}`));
    const statuses = (await Promise.all(guesses)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(10);
    expect(statuses.filter((status) => status === 429)).toHaveLength(190);
    const right = await logInFrom('198.51.100.1', email);
    expect([right.status, right.body.code]).toEqual([429, 'RATE_LIMITED']);
    expect(Number(right.headers['retry-after'])).toBeGreaterThan(0);
  });

  it('does not lock its victim out: he logs in from his own place', async () => {
    const { email } = await service.person();
    await spendTries('198.51.100.2', email);
    expect((await logInFrom('198.51.100.2', email)).status).toBe(429);
    expect((await logInFrom('198.51.100.3', email)).status).toBe(200);
  });

  it.each([
    ['another case', (email: string) => email.toUpperCase()],
    ['blanks', (email: string) => ` ${email} `],
    ['an invisible character', (email: string) => `\u200b${email}`],
    ['full width letters', (email: string) => email.replace(/e/g, 'ｅ')],
  ])('is not given new tries by %s in the address', async (_trick, disguised) => {
    const { email } = await service.person();
    await spendTries('198.51.100.4', email);
    expect((await logInFrom('198.51.100.4', disguised(email), 'wrong password')).status).toBe(429);
  });

  it('is not given new tries by the addresses of one IPv6 network', async () => {
    const { email } = await service.person();
    await spendTries('2001:db8:1:2::1', email);
    expect((await logInFrom('2001:db8:1:2:ffff::1', email, 'wrong password')).status).toBe(429);
    expect((await logInFrom('2001:db8:1:3::1', email, 'wrong password')).status).toBe(401);
  });

  it('stops at a hundred failures in a row, wherever they come from; a success begins anew', async () => {
    const { id, email } = await service.person();
    const counted = async () => {
      const rows = await service.database.adminQuery<{ taken: number }>(
        "SELECT taken FROM attempts WHERE bucket LIKE 'login-account:%' ORDER BY taken DESC LIMIT 1",
      );
      return rows[0]?.taken;
    };
    for (let round = 0; round < 5; round++) await logInFrom(`203.0.113.${100 + round}`, email, 'wrong password');
    await service.database.adminQuery("UPDATE attempts SET taken = 99 WHERE bucket LIKE 'login-account:%' AND taken = 5");
    expect(await counted()).toBe(99);
    expect((await logInFrom('203.0.113.120', email, 'wrong password')).status).toBe(401);
    expect((await logInFrom('203.0.113.121', email)).status).toBe(429);
    await service.database.adminQuery("UPDATE attempts SET taken = 99 WHERE bucket LIKE 'login-account:%' AND taken > 99");
    expect((await logInFrom('203.0.113.122', email)).status).toBe(200);
    expect((await logInFrom('203.0.113.123', email, 'wrong password')).status).toBe(401);
    expect(await counted()).toBeLessThan(99);
    expect(id).toBeDefined();
  });

  it('429 stops one password that is tried on many accounts from one network', async () => {
    await service.logIn('first@example.com', 'x').set('X-Forwarded-For', '198.51.100.9');
    await service.database.adminQuery("UPDATE attempts SET taken = 500 WHERE bucket LIKE 'login-network:%'");
    expect((await logInFrom('198.51.100.9', 'next@example.com', 'x')).status).toBe(429);
    expect((await logInFrom('198.51.100.10', 'next@example.com', 'x')).status).toBe(401);
    await service.database.adminQuery('DELETE FROM attempts');
  });

  it('does not believe X-Forwarded-For from whom it does not trust', async () => {
    const strict = await service.another({ TRUST_PROXY: [] });
    const { email } = await service.person();
    const tries = Array.from({ length: 12 }, (_, index) =>
      fetch(`${strict.url}/authentication`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-forwarded-for': `10.0.0.${index}` },
        body: JSON.stringify({ email, password: 'wrong password' }),
      }),
    );
    const statuses = (await Promise.all(tries)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 429)).toHaveLength(2);
    await strict.stop();
  });
});

it('logs each attempt under the id of its own request, also when it waited for another', async () => {
  const { email } = await service.person();
  service.logged.length = 0;
  const ids = Array.from({ length: 12 }, (_, index) => `login-${index}`);
  await Promise.all(ids.map((id) => logInFrom('192.0.2.201', email).set('X-Request-Id', id)));
  const logged = service.logged
    .join('')
    .split('\n')
    .filter((line) => line.includes('authentication attempt'));
  expect(logged.map((line) => (JSON.parse(line) as { requestId: string }).requestId).sort()).toEqual(ids.sort());
});

it('logs and counts every attempt, successful or not, without a secret or an address of a person', async () => {
  service.logged.length = 0;
  const { email, id } = await service.person({ password: 'unmistakable-secret-1' });
  await service.logIn(email, 'unmistakable-secret-2');
  await service.register({ email });
  const log = service.logged.join('');
  expect(log).toMatch(new RegExp(`"userId":"${id}","message":"authentication attempt","method":"password","outcome":"success"`));
  expect(log).toMatch(/"message":"authentication attempt".*"outcome":"failure"/);
  expect(log).toMatch(/"method":"registration","outcome":"failure"/);
  expect(log).toMatch(/"requestId":"[0-9a-f-]{36}"/);
  for (const secret of ['unmistakable', email]) expect(log).not.toContain(secret);
  const metrics = (await service.http.get('/metrics')).text;
  expect(metrics).toMatch(/authentication_attempts_total\{method="password",outcome="success",service="user"\} [1-9]/);
  expect(metrics).toMatch(/authentication_attempts_total\{method="password",outcome="failure",service="user"\} [1-9]/);
});
