import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { createLogger } from '@polycloud/logger';
import { ConsoleSms, openSms, SmsError, SnsSms, TwilioSms } from '@polycloud/sms';

const TO = '+96550001234';
const TEXT = '012345 is your code';

interface Seen {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  form: URLSearchParams;
}

/** A provider that records what it is asked and answers what it is told; `undefined` breaks the connection off. */
class ProviderDouble {
  readonly seen: Seen[] = [];
  answer?: { status: number; type: string; body: string };
  private server!: Server;
  url = '';

  async start(): Promise<void> {
    this.server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        const { method = '', url: path = '', headers } = request;
        this.seen.push({ method, path, headers, form: new URLSearchParams(body) });
        if (!this.answer) return void request.socket.destroy();
        response.writeHead(this.answer.status, { 'content-type': this.answer.type }).end(this.answer.body);
      });
    });
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  reset(): void {
    this.seen.length = 0;
    this.answer = undefined;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

const double = new ProviderDouble();
beforeAll(() => double.start());
beforeEach(() => double.reset());
afterAll(() => double.stop());

const failureOf = async (sending: Promise<string>) => {
  const error: unknown = await sending.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(SmsError);
  const { failure, providerCode, message } = error as SmsError;
  for (const secret of ['012345', TO, 'token-of-twilio', 'secret-of-aws']) expect(message).not.toContain(secret);
  return [failure, providerCode];
};

describe('Twilio', () => {
  const twilio = (from = '+15005550006') =>
    new TwilioSms({ accountSid: 'AC1', authToken: 'token-of-twilio', from, url: double.url });
  const json = (status: number, body: object) =>
    (double.answer = { status, type: 'application/json', body: JSON.stringify(body) });

  it('is asked as its REST interface wants it, and gives the id of the message', async () => {
    json(201, { sid: 'SM1', status: 'queued', error_code: null });
    expect(await twilio().send(TO, TEXT)).toBe('SM1');
    const [{ method, path, headers, form }] = double.seen as [Seen];
    expect([method, path]).toEqual(['POST', '/2010-04-01/Accounts/AC1/Messages.json']);
    expect(headers).toMatchObject({
      authorization: `Basic ${Buffer.from('AC1:token-of-twilio').toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    });
    expect(Object.fromEntries(form)).toEqual({ To: TO, From: '+15005550006', Body: TEXT, ValidityPeriod: '300' });
  });

  it('sends through a messaging service where one is configured', async () => {
    json(201, { sid: 'SM2', status: 'accepted' });
    await twilio('MG0123').send(TO, TEXT);
    expect(double.seen[0]?.form.get('MessagingServiceSid')).toBe('MG0123');
    expect(double.seen[0]?.form.has('From')).toBe(false);
  });

  it.each([
    [400, 21211, 'recipient'],
    [400, 21408, 'recipient'],
    [400, 21608, 'configuration'],
    [400, 21610, 'recipient'],
    [400, 21612, 'recipient'],
    [400, 21614, 'recipient'],
    [400, 21617, 'configuration'],
    [401, 20003, 'configuration'],
    [429, 20429, 'transient'],
    [500, 20500, 'unknown'],
  ])('answers %i with the code %i: %s, and is asked once only', async (status, code, failure) => {
    json(status, { code, message: `about ${TO}`, more_info: 'https://...', status });
    expect(await failureOf(twilio().send(TO, TEXT))).toEqual([failure, String(code)]);
    expect(double.seen).toHaveLength(1);
  });

  it('takes a message and fails it at once: nothing was sent', async () => {
    json(201, { sid: 'SM3', status: 'failed', error_code: 30006 });
    expect(await failureOf(twilio().send(TO, TEXT))).toEqual(['recipient', '30006']);
  });

  it('breaks the connection off, or answers no JSON: nobody knows, so it is not sent twice', async () => {
    const [failure] = await failureOf(twilio().send(TO, TEXT));
    expect([failure, double.seen.length]).toEqual(['unknown', 1]);
    double.answer = { status: 503, type: 'text/html', body: '<h1>busy</h1>' };
    expect(await failureOf(twilio().send(TO, TEXT))).toEqual(['unknown', '503']);
  });
});

describe('Amazon SNS', () => {
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret-of-aws' };
  const sns = (senderId?: string) =>
    new SnsSms({ region: 'eu-central-1', url: double.url, credentials, ...(senderId && { senderId }) });
  const xml = (status: number, body: string) => (double.answer = { status, type: 'text/xml', body });
  const published = () =>
    xml(200, '<PublishResponse><PublishResult><MessageId>m-1</MessageId></PublishResult></PublishResponse>');

  it('is asked by a signed Publish to the number, as a transactional message', async () => {
    published();
    expect(await sns('Polycloud').send(TO, TEXT)).toBe('m-1');
    const [{ headers, form }] = double.seen as [Seen];
    expect(headers.authorization).toMatch(/^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-central-1\/sns\/aws4_request/);
    const fields = Object.fromEntries(form);
    expect(fields).toMatchObject({ Action: 'Publish', Version: '2010-03-31', PhoneNumber: TO, Message: TEXT });
    const attributes = [1, 2].map((n) => [
      fields[`MessageAttributes.entry.${n}.Name`],
      fields[`MessageAttributes.entry.${n}.Value.StringValue`],
    ]);
    expect(attributes).toEqual([
      ['AWS.SNS.SMS.SMSType', 'Transactional'],
      ['AWS.SNS.SMS.SenderID', 'Polycloud'],
    ]);
  });

  it.each([
    [400, 'InvalidParameter', 'recipient'],
    [400, 'OptedOut', 'recipient'],
    [400, 'Throttling', 'transient'],
    [403, 'AuthorizationError', 'configuration'],
    [403, 'InvalidClientTokenId', 'configuration'],
    [500, 'InternalError', 'unknown'],
    [503, 'ServiceUnavailable', 'unknown'],
  ])('answers %i %s: %s, and is asked once only', async (status, code, failure) => {
    xml(
      status,
      `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>about ${TO}</Message></Error></ErrorResponse>`,
    );
    expect((await failureOf(sns().send(TO, TEXT)))[0]).toBe(failure);
    expect(double.seen).toHaveLength(1);
  });

  it('breaks the connection off: nobody knows, so it is not sent twice', async () => {
    expect((await failureOf(sns().send(TO, TEXT)))[0]).toBe('unknown');
    expect(double.seen).toHaveLength(1);
  });
});

describe('the console', () => {
  it('shows a message in the log and keeps it in a file that other processes read', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sms-'));
    const stream = new PassThrough();
    const logger = createLogger({ service: 'test', level: 'info', stream });
    const file = join(folder, 'deep', 'outbox.ndjson');
    expect(await new ConsoleSms(file, logger).caught()).toEqual([]);
    const sms = openSms({ SMS_DRIVER: 'console', SMS_OUTBOX_FILE: file }, logger);
    await sms.send(TO, 'first');
    await sms.send(TO, TEXT);
    expect(String(stream.read())).toContain(`SMS to ${TO}: first`);
    const caught = await new ConsoleSms(file, logger).caught();
    expect(caught.map(({ to, text }) => [to, text])).toEqual([
      [TO, TEXT],
      [TO, 'first'],
    ]);
    await rm(folder, { recursive: true });
  });
});
