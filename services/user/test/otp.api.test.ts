import { randomInt } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ConsoleSms } from '@polycloud/sms';
import { createLogger } from '@polycloud/logger';
import { PassThrough } from 'node:stream';
import { RunningUserService } from './running-service';

let service: RunningUserService;
beforeAll(async () => {
  service = await RunningUserService.start();
});
afterAll(() => service.stop());
// Each test begins with all attempts left.
beforeEach(() => service.database.adminQuery('DELETE FROM attempts'));

const newPhone = () => `+9655${randomInt(1_000_000, 9_999_999)}`;
const ask = (phone: unknown) => service.http.post('/authentication/otp').send({ phone });
const verify = (phone: string, code: unknown) => service.http.post('/authentication/otp/verify').send({ phone, code });
const outbox = () =>
  new ConsoleSms(service.config.SMS_OUTBOX_FILE, createLogger({ service: 'test', level: 'error', stream: new PassThrough() }));
const sentTo = async (phone: string) => (await outbox().caught()).filter(({ to }) => to === phone);

/** Asks for a code and reads it from the outbox once it is there. */
async function codeFor(phone: string): Promise<string> {
  const before = (await sentTo(phone)).length;
  expect((await ask(phone)).status).toBe(202);
  let messages = await sentTo(phone);
  while (messages.length === before) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    messages = await sentTo(phone);
  }
  return /\b\d{6}\b/.exec(messages[0]?.text ?? '')?.[0] ?? '';
}
const wrong = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, '0');

/** Resolves when what was asked for before has been dealt with: requests of one phone are counted in the log. */
async function dealtWith(count: number): Promise<void> {
  const seen = () => service.logged.join('').split('"method":"otp-request"').length - 1;
  while (seen() < count) await new Promise((resolve) => setTimeout(resolve, 10));
}

describe('logging in by phone', () => {
  it('200 with the code that was sent; it is used up by that', async () => {
    const phone = newPhone();
    const { id } = await service.person({ phone });
    const code = await codeFor(phone);
    const answer = await verify(phone, code);
    expect(answer.status).toBe(200);
    expect((await service.details(answer.body.data.accessToken)).body.data.id).toBe(id);
    const again = await verify(phone, code);
    expect([again.status, again.body.code]).toEqual([401, 'INVALID_CREDENTIALS']);
  });

  it('202 tells nothing of whether the number is known, and sends nothing to strangers', async () => {
    const [known, stranger] = [newPhone(), newPhone()];
    await service.person({ phone: known });
    service.logged.length = 0;
    const answers = [await ask(known), await ask(stranger)];
    await dealtWith(2);
    expect(answers.map(({ status, body }) => [status, Object.keys(body as object)])).toEqual([
      [202, ['requestId']],
      [202, ['requestId']],
    ]);
    expect(await sentTo(stranger)).toEqual([]);
    expect(await sentTo(known)).toHaveLength(1);
  });

  it('202 all the same when the provider does not take the message, which is counted', async () => {
    const provider = createServer((_request, response) => response.writeHead(400).end('{"code":21610}'));
    await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
    const twilio = { TWILIO_ACCOUNT_SID: 'AC1', TWILIO_AUTH_TOKEN: 'token', TWILIO_FROM: '+15005550006' };
    const SMS_ENDPOINT_URL = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`;
    const sending = await service.another({ SMS_DRIVER: 'twilio', SMS_ENDPOINT_URL, ...twilio });
    const phone = newPhone();
    await service.person({ phone });
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ phone });
    expect((await fetch(`${sending.url}/authentication/otp`, { method: 'POST', headers, body })).status).toBe(202);
    const failed = /authentication_attempts_total\{method="otp-request",outcome="failure",service="user"\} 1/;
    while (!failed.test(await sending.metrics.text())) await new Promise((resolve) => setTimeout(resolve, 10));
    await sending.stop();
    provider.closeAllConnections();
    provider.close();
  });

  it('keeps the code only as a keyed hash, and nowhere but in the message', async () => {
    const phone = newPhone();
    await service.person({ phone });
    const code = await codeFor(phone);
    const [row] = await service.database.adminQuery<{ code_hash: string }>('SELECT * FROM otp_codes WHERE phone = ?', [phone]);
    expect(row?.code_hash).toMatch(/^v1\.k1\./);
    expect(JSON.stringify(row)).not.toContain(code);
    const lines = service.logged.filter((line) => line.includes(`"${code}"`) || line.includes(code));
    expect(lines.every((line) => line.includes(`SMS to ${phone}`))).toBe(true);
  });

  it('401 for the right code after five wrong ones', async () => {
    const phone = newPhone();
    await service.person({ phone });
    const code = await codeFor(phone);
    for (let round = 0; round < 5; round++) expect((await verify(phone, wrong(code))).status).toBe(401);
    expect((await verify(phone, code)).status).toBe(401);
  });

  it('evaluates at most five of a hundred guesses at once', async () => {
    const phone = newPhone();
    await service.person({ phone });
    const code = await codeFor(phone);
    await service.database.adminQuery("DELETE FROM attempts WHERE bucket LIKE 'otp-check%'");
    const answers = await Promise.all(Array.from({ length: 100 }, () => verify(phone, wrong(code))));
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(20);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(80);
    const [row] = await service.database.adminQuery<{ tries: number }>('SELECT tries FROM otp_codes WHERE phone = ?', [phone]);
    expect(row?.tries).toBe(5);
  });

  it('does not give new tries with a new code, and sends none when all are spent', async () => {
    const phone = newPhone();
    await service.person({ phone });
    const first = await codeFor(phone);
    for (let round = 0; round < 4; round++) await verify(phone, wrong(first));
    const second = await codeFor(phone);
    expect((await verify(phone, first === second ? wrong(second) : first)).status).toBe(401);
    expect((await verify(phone, second)).status).toBe(401);
    service.logged.length = 0;
    await ask(phone);
    await dealtWith(1);
    expect(await sentTo(phone)).toHaveLength(2);
  });

  it('401 for a code older than five minutes', async () => {
    const phone = newPhone();
    await service.person({ phone });
    const code = await codeFor(phone);
    const [row] = await service.database.adminQuery<{ life: number }>(
      'SELECT TIMESTAMPDIFF(SECOND, created_at, expires_at) AS life FROM otp_codes WHERE phone = ?',
      [phone],
    );
    expect(row?.life).toBe(300);
    await service.database.adminQuery('UPDATE otp_codes SET expires_at = UTC_TIMESTAMP(3) WHERE phone = ?', [phone]);
    expect((await verify(phone, code)).status).toBe(401);
  });

  it('401 for the code of another phone', async () => {
    const [one, other] = [newPhone(), newPhone()];
    await service.person({ phone: one });
    await service.person({ phone: other });
    const code = await codeFor(one);
    await codeFor(other);
    expect((await verify(other, code)).status).toBe(401);
  });

  it('401 when the user was disabled, or changed his number, after the code was sent', async () => {
    const phones = [newPhone(), newPhone()];
    for (const [index, change] of ['disabled_at = NOW(3)', "phone = '+15005550006'"].entries()) {
      const phone = phones[index] ?? '';
      await service.person({ phone });
      const code = await codeFor(phone);
      await service.database.adminQuery(`UPDATE users SET ${change} WHERE phone = ?`, [phone]);
      expect((await verify(phone, code)).status).toBe(401);
    }
  });

  it.each([12345, ['1', '2'], { a: 1 }, true, null, '12345', '1234567', '１２３４５６', '12345a', ' 123456'])(
    '400 for the code %j',
    async (code) => {
      expect((await verify(newPhone(), code)).status).toBe(400);
    },
  );

  it.each(['96550001234', '+0123456789', 'tel:+96550001234', '+1', 96550001234, ['+96550001234']])(
    '400 for the phone %j',
    async (phone) => {
      expect((await ask(phone)).status).toBe(400);
    },
  );
});

describe('whose number it is', () => {
  it('sends nothing while two accounts claim a number that neither has proven', async () => {
    const phone = newPhone();
    await service.person({ phone });
    await service.person({ phone });
    service.logged.length = 0;
    await ask(phone);
    await dealtWith(1);
    expect(await sentTo(phone)).toEqual([]);
  });

  it('stays with the account that has proven it, whoever claims it later', async () => {
    const phone = newPhone();
    const { id } = await service.person({ phone });
    await verify(phone, await codeFor(phone));
    await service.person({ phone });
    const answer = await verify(phone, await codeFor(phone));
    expect((await service.details(answer.body.data.accessToken)).body.data.id).toBe(id);
  });
});

describe('pumping of messages', () => {
  it('429 for the sixth code in ten minutes to one phone, known or not', async () => {
    for (const phone of [newPhone(), newPhone()]) {
      for (let round = 0; round < 5; round++) expect((await ask(phone)).status).toBe(202);
      const answer = await ask(phone);
      expect([answer.status, answer.body.code]).toEqual([429, 'RATE_LIMITED']);
      expect(Number(answer.headers['retry-after'])).toBeLessThanOrEqual(600);
    }
  });

  it('sends a range of numbers of one carrier a hundred codes an hour, and then answers as ever', async () => {
    const [first, neighbour, other] = ['+96569990000', '+96569990001', '+96559990001'];
    for (const phone of [first, neighbour, other]) await service.person({ phone });
    await codeFor(first);
    await service.database.adminQuery("UPDATE attempts SET taken = 100 WHERE bucket LIKE 'otp-range:%'");
    service.logged.length = 0;
    expect((await ask(neighbour)).status).toBe(202);
    await dealtWith(1);
    expect(await sentTo(neighbour)).toEqual([]);
    await codeFor(other);
    expect(await sentTo(other)).toHaveLength(1);
  });

  it('takes nothing from a range when a stranger asks for numbers of it that nobody registered', async () => {
    service.logged.length = 0;
    for (let round = 0; round < 3; round++) await ask(newPhone());
    await dealtWith(3);
    const [row] = await service.database.adminQuery("SELECT taken FROM attempts WHERE bucket LIKE 'otp-range:%'");
    expect(row).toBeUndefined();
  });

  it('429 for one network that asks for many numbers', async () => {
    const from = (address: string) => ask(newPhone()).set('X-Forwarded-For', address);
    expect((await from('198.51.100.3')).status).toBe(202);
    await service.database.adminQuery("UPDATE attempts SET taken = 100 WHERE bucket LIKE 'otp-network:%'");
    expect((await from('198.51.100.3')).status).toBe(429);
    expect((await from('198.51.100.4')).status).toBe(202);
  });

  it('sends an account ten codes a day, and then answers as ever', async () => {
    const phone = newPhone();
    await service.person({ phone });
    await codeFor(phone);
    await service.database.adminQuery("UPDATE attempts SET taken = 10 WHERE bucket LIKE 'otp-account:%'");
    service.logged.length = 0;
    expect((await ask(phone)).status).toBe(202);
    await dealtWith(1);
    expect(await sentTo(phone)).toHaveLength(1);
  });
});

describe('GET /outbox/sms', () => {
  it('200 shows what was caught, newest first', async () => {
    const phone = newPhone();
    await service.person({ phone });
    const code = await codeFor(phone);
    const { body } = await service.http.get('/outbox/sms');
    expect(body.data[0]).toMatchObject({ to: phone, text: expect.stringContaining(code) });
  });

  it('404 where messages are really sent', async () => {
    const sending = await service.another({ SMS_DRIVER: 'sns', SNS_REGION: 'eu-central-1' });
    expect((await fetch(`${sending.url}/outbox/sms`)).status).toBe(404);
    await sending.stop();
  });
});
