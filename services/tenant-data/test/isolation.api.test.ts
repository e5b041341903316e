import { UnderTest } from './under-test';

const under = UnderTest.around();

/** Ways out of one's folder, as they are and as a client may encode them. */
const ESCAPES = [
  '../b/secret.csv',
  'x/../../b/secret.csv',
  './../b/secret.csv',
  '/users/b/secret.csv',
  '..',
  '.',
  '',
  'a//b.csv',
  '..\\b\\secret.csv',
  '%2e%2e/b/secret.csv',
  '%2e%2e%2fb%2fsecret.csv',
  '..%2Fb/secret.csv',
  'a.csv\u0000',
  'a.csv?x',
  'a.csv#x',
];

describe('a user whose keys try to leave his folder', () => {
  it.each(ESCAPES)('400 for %j, whatever he asks for', async (key) => {
    const [a, b] = [await under.tenant({ prefix: 'users/a' }), await under.tenant({ prefix: 'users/b' })];
    await b.put('secret.csv', 'x\n1\n');
    const query = encodeURIComponent(key);
    const answers = [
      await a.get(`/data?dataset=${query}`),
      await a.delete(`/data?dataset=${query}`),
      await a.post('/data/upload-url', { key }),
      await a.post('/data/download-url', { key }),
    ];
    expect(answers.map(({ status, body }) => [status, body.code])).toEqual(answers.map(() => [400, 'VALIDATION_FAILED']));
    expect((await b.get('/data?dataset=secret.csv')).body.data).toEqual([{ x: '1' }]);
  });

  it('sees nothing of a neighbour whose folder begins like his', async () => {
    const [a, ab] = [await under.tenant({ prefix: 'people/a' }), await under.tenant({ prefix: 'people/ab' })];
    await ab.put('secret.csv', 'x\n');
    for (const prefix of ['', 'b', 'secret']) expect((await a.get(`/data?prefix=${prefix}`)).body.data).toEqual([]);
    expect((await a.get('/data?prefix=../')).status).toBe(400);
  });

  it('finds under a name with unusual but harmless characters what he stored there', async () => {
    const sara = await under.tenant();
    const key = 'données/café & co+1 (ü)=é.csv';
    await sara.put(key, 'x\n1\n');
    expect((await sara.get('/data')).body.data).toMatchObject([{ key }]);
    expect((await sara.get(`/data?dataset=${encodeURIComponent(key)}`)).body.data).toEqual([{ x: '1' }]);
    const { url, headers } = (await sara.post('/data/download-url', { key })).body.data;
    expect(await (await fetch(url, { headers })).text()).toBe('x\n1\n');
    expect((await sara.delete(`/data?dataset=${encodeURIComponent(key)}`)).status).toBe(204);
    expect((await sara.get('/data')).body.data).toEqual([]);
  });
});
