import { House, type Resident } from './house';

/** Where each service asks who calls. */
const DOORS = {
  gateway: '/overview',
  user: '/user/details',
  order: '/orders',
  billing: '/payments',
  'tenant-data': '/data',
} as const;
type Door = keyof typeof DOORS;
const doors = Object.keys(DOORS) as Door[];

let house: House;
beforeAll(async () => {
  house = await House.start({ worker: false });
}, 60_000);
afterAll(() => house.close());

const knock = (door: Door, token: string) =>
  fetch(`${house.urls[door]}${DOORS[door]}`, { headers: { authorization: `Bearer ${token}` } });
/** Which doors open to the token: a resident without a cloud has no data, but he is known. */
const opened = async (token: string) => {
  const answers = await Promise.all(doors.map(async (door) => (await knock(door, token)).status));
  return doors.filter((_door, index) => answers[index] !== 401);
};

/** Knocks until no door opens any more; the time that they may take is proven with the clock of the verifier's test. */
async function untilRefused(token: string): Promise<void> {
  while ((await opened(token)).length > 0) await new Promise((resolve) => setTimeout(resolve, 100));
}

describe('a token', () => {
  let resident: Resident;
  beforeEach(async () => {
    resident = await house.resident({ cloud: false });
    expect(await opened(resident.token)).toEqual(doors);
  });

  it('401 in every service soon after the logout; that of another device goes on', async () => {
    const other = await house.logIn(resident.credentials);
    expect((await resident.post('/authentication/logout')).status).toBe(204);
    await untilRefused(resident.token);
    expect(await opened(other)).toEqual(doors);
  });

  it('401 in every service soon after an administrator has disabled its user', async () => {
    const boss = await house.resident({ cloud: false });
    await house.databases.user.adminQuery("UPDATE users SET roles = 'customer,admin' WHERE id = ?", [boss.id]);
    const answer = await fetch(`${house.urls.user}/users/${resident.id}`, {
      method: 'PATCH',
      headers: { authorization: `Bearer ${boss.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ disabled: true }),
    });
    expect(answer.status).toBe(200);
    await untilRefused(resident.token);
  });

  it('503 with Retry-After in every service while the user service is away; 401 still for what is no token of ours', async () => {
    const fresh = await house.logIn(resident.credentials);
    await house.stop('user');
    for (const door of doors.filter((name) => name !== 'user')) {
      const answer = await knock(door, fresh);
      const { code } = (await answer.json()) as { code: string };
      expect([door, answer.status, code]).toEqual([door, 503, 'UNAVAILABLE']);
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      expect((await knock(door, `${fresh}x`)).status).toBe(401);
    }
  });
});
