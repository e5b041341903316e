import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFactory } from '@polycloud/cloud';
import { type AwsEmulator, startAwsEmulator } from '@polycloud/emulators';
import { CloudDoor } from '../src/service/cloud-door';
import { type Person, RunningUserService } from './running-service';

const CREDENTIAL = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'unmistakable-cloud-secret' };

let cloud: AwsEmulator;
let folder: string;
let service: RunningUserService;
let connection: Record<string, string>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cloud-'));
  cloud = await startAwsEmulator({ port: 0, dataDir: folder, credentials: [CREDENTIAL] });
  service = await RunningUserService.start({ CLOUD_ENDPOINT_ALLOWLIST: [new URL(cloud.url).host], LOG_LEVEL: 'debug' });
  connection = { region: 'us-east-1', bucket: 'users', ...CREDENTIAL, endpoint: cloud.url };
  const arranger = await CloudFactory.for('AWS', connection, { allowedEndpoints: [new URL(cloud.url).host] });
  await createBucket();
  await arranger.check();
  await arranger.close();
});
afterAll(async () => {
  await service.stop();
  await cloud.stop();
  await rm(folder, { recursive: true });
});

async function createBucket(): Promise<void> {
  const { CreateBucketCommand, S3Client } = await import('@aws-sdk/client-s3');
  const s3 = new S3Client({ region: 'us-east-1', endpoint: cloud.url, forcePathStyle: true, credentials: CREDENTIAL });
  await s3.send(new CreateBucketCommand({ Bucket: 'users' }));
  s3.destroy();
}

const put = (person: Person, body: object) =>
  service.http.put('/user/cloud').auth(person.accessToken, { type: 'bearer' }).send(body);
const get = (person: Person) => service.http.get('/user/cloud').auth(person.accessToken, { type: 'bearer' });
const asService = (person: Person, onBehalfOf?: string) =>
  service.http
    .get(`/internal/users/${person.id}/cloud`)
    .auth(service.serviceToken(onBehalfOf ? { userId: onBehalfOf, roles: ['customer'], cloud: 'AWS' } : undefined), {
      type: 'bearer',
    });

describe('GET /clouds', () => {
  it('200 serves the JSON Schema by which each provider is validated, to anyone', async () => {
    const { data } = (await service.http.get('/clouds')).body;
    expect(data.map(({ provider }: { provider: string }) => provider)).toEqual(CloudFactory.providers);
    const aws = data.find(({ provider }: { provider: string }) => provider === 'AWS');
    expect(aws.name).toBe('Amazon Web Services');
    expect(aws.connection).toMatchObject({
      type: 'object',
      additionalProperties: false,
      required: expect.arrayContaining(['region', 'bucket', 'accessKeyId', 'secretAccessKey']),
    });
  });
});

describe('PUT /user/cloud', () => {
  it('200 stores what works, encrypted, and shows it with its secrets masked', async () => {
    const person = await service.person();
    const answer = await put(person, { provider: 'AWS', connection });
    expect(answer.status).toBe(200);
    const shown = { ...connection, prefix: `${person.id}/`, secretAccessKey: '***' };
    expect(answer.body.data).toMatchObject({ provider: 'AWS', connection: shown });
    expect((await get(person)).body.data).toEqual(answer.body.data);
    expect((await service.details(person.accessToken)).body.data.cloud).toBe('AWS');
    expect((await service.verifyAtService(person.accessToken)).body.data.cloud).toBe('AWS');
    const [row] = await service.database.adminQuery<{ sealed_connection: string }>(
      'SELECT sealed_connection FROM cloud_registrations WHERE user_id = ?',
      [person.id],
    );
    expect(row?.sealed_connection).toMatch(/^v1\.k1\.[A-Za-z0-9_-]+$/);
    expect(service.logged.join('')).not.toContain('unmistakable-cloud-secret');
  });

  it('keeps the prefix that the user gives', async () => {
    const person = await service.person();
    const answer = await put(person, { provider: 'AWS', connection: { ...connection, prefix: 'mine/data' } });
    expect(answer.body.data.connection.prefix).toBe('mine/data');
  });

  it.each([
    ['a wrong secret', { secretAccessKey: 'another-secret' }],
    ['an unknown key id', { accessKeyId: 'AKIAOTHER' }],
    ['a bucket that there is not', { bucket: 'no-such-bucket' }],
  ])('502 CLOUD_FAILED tells of %s with a hint, and keeps the registration of before', async (_what, change) => {
    const person = await service.person();
    await put(person, { provider: 'AWS', connection });
    const answer = await put(person, { provider: 'AWS', connection: { ...connection, ...change } });
    expect([answer.status, answer.body.code]).toEqual([502, 'CLOUD_FAILED']);
    expect(answer.body.hint).toEqual(expect.any(String));
    expect(answer.text).not.toMatch(/unmistakable|another-secret/);
    expect((await asService(person)).body.data.connection.bucket).toBe('users');
    expect((await asService(person)).body.data.connection.secretAccessKey).toBe(CREDENTIAL.secretAccessKey);
  });

  it('422 UNSUPPORTED_CLOUD names those that are offered', async () => {
    const answer = await put(await service.person(), { provider: 'MOON', connection });
    expect([answer.status, answer.body.code]).toEqual([422, 'UNSUPPORTED_CLOUD']);
    expect(answer.body.hint).toContain('AWS');
  });

  it('400 lists every wrong field of the connection and quotes none', async () => {
    const person = await service.person();
    const wrong = { region: 'US EAST', bucket: 5, accessKeyId: '', secretAccessKey: 'unmistakable', extra: 1 };
    const answer = await put(person, { provider: 'AWS', connection: wrong });
    expect(answer.status).toBe(400);
    const fields = answer.body.errors.map(({ field }: { field: string }) => field).sort();
    const names = ['accessKeyId', 'bucket', 'extra', 'region'].map((name) => `body.connection.${name}`);
    expect(fields).toEqual(names);
    expect(answer.text).not.toContain('unmistakable');
    expect((await get(person)).status).toBe(409);
  });

  it('400 for an address that the operator does not allow, and nothing is sent there', async () => {
    let calls = 0;
    const listener = createServer((_request, response) => {
      calls++;
      response.end();
    });
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    const { port } = listener.address() as AddressInfo;
    const { host } = new URL(cloud.url);
    const person = await service.person();
    const addresses = [
      `http://127.0.0.1:${port}`,
      `http://${host}@127.0.0.1:${port}`,
      `http://localhost:${port}`,
      'http://169.254.169.254/latest',
      'file:///etc/passwd',
    ];
    for (const endpoint of addresses) {
      const answer = await put(person, { provider: 'AWS', connection: { ...connection, endpoint } });
      expect([answer.status, answer.body.code]).toEqual([400, 'VALIDATION_FAILED']);
    }
    await new Promise((resolve) => listener.close(resolve));
    expect(calls).toBe(0);
    expect((await get(person)).status).toBe(409);
  });
});

describe('a cloud that does not answer', () => {
  it('is given up after the deadline: UPSTREAM_TIMEOUT', async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const host = `127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined };
    const door = new CloudDoor([host], quiet, 200);
    const trying = door.check('AWS', { ...connection, endpoint: `http://${host}` });
    await expect(trying).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT', status: 504 });
    silent.closeAllConnections();
    await new Promise((resolve) => silent.close(resolve));
  });
});

describe('GET and DELETE /user/cloud', () => {
  it('409 CLOUD_NOT_REGISTERED with a hint before, and again after the registration is deleted', async () => {
    const person = await service.person();
    const none = await get(person);
    expect([none.status, none.body.code]).toEqual([409, 'CLOUD_NOT_REGISTERED']);
    expect(none.body.hint).toContain('PUT /user/cloud');
    await put(person, { provider: 'AWS', connection });
    const remove = () => service.http.delete('/user/cloud').auth(person.accessToken, { type: 'bearer' });
    expect((await remove()).status).toBe(204);
    expect((await remove()).status).toBe(204);
    expect((await get(person)).status).toBe(409);
    expect((await service.details(person.accessToken)).body.data.cloud).toBeNull();
  });
});

describe('GET /internal/users/:id/cloud', () => {
  it('200 gives the whole connection to a service that acts for this user', async () => {
    const person = await service.person();
    await put(person, { provider: 'AWS', connection });
    const answer = await asService(person, person.id);
    expect(answer.body.data).toEqual({ provider: 'AWS', connection: { ...connection, prefix: `${person.id}/` } });
  });

  it('403 for a service that acts for another user; 401 for the user himself', async () => {
    const [person, other] = [await service.person(), await service.person()];
    await put(person, { provider: 'AWS', connection });
    const confused = await asService(person, other.id);
    expect([confused.status, confused.body.code]).toEqual([403, 'FORBIDDEN']);
    const own = await service.http.get(`/internal/users/${person.id}/cloud`).auth(person.accessToken, { type: 'bearer' });
    expect(own.status).toBe(401);
  });

  it('409 CLOUD_NOT_REGISTERED when there is none', async () => {
    expect((await asService(await service.person())).status).toBe(409);
  });
});
