import { existsSync } from 'node:fs';
import { type Browser, chromium, type Locator, type Page } from 'playwright-core';
import { House, type Resident } from './house';

const CHROMIUM = '/usr/bin/chromium';
const present = existsSync(CHROMIUM);
if (!present) console.warn(`/docs is not tried in a browser: there is no ${CHROMIUM} (apt-get install chromium).`);

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

(present ? describe : describe.skip)('GET /docs in a browser', () => {
  let house: House;
  let resident: Resident;
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    house = await House.start();
    resident = await house.resident();
    await resident.upload('taxis.csv', 'a,b\n1,2\n');
    browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
    page = await browser.newPage();
    page.on('pageerror', (error) => complaints.push(error.message));
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await house?.close();
  });

  /** Carries an operation out as a reader of the page does; resolves to the status and the body that the page shows. */
  async function execute(operation: string, fill: (block: Locator) => Promise<void>): Promise<{ status: string; body: string }> {
    const block = page.locator(`[id$="-${operation}"]`);
    if (!(await block.locator('.opblock-body').isVisible())) {
      await block.locator('.opblock-summary-control').click();
      await block.getByRole('button', { name: 'Try it out' }).click();
    }
    await fill(block);
    await block.getByRole('button', { name: 'Execute' }).click();
    const live = block.locator('.live-responses-table .response');
    const status = await live.locator('.response-col_status').first().innerText();
    const body = await live.locator('.response-col_description pre').first().innerText();
    return { status: status.trim().slice(0, 3), body };
  }

  const bodyOf = (value: object) => (block: Locator) => block.locator('textarea.body-param__text').fill(JSON.stringify(value));

  it('logs in, authorises, places an order and sees it succeed', async () => {
    await page.goto(`${house.urls.gateway}/docs/`);
    const login = await execute('logIn', bodyOf(resident.credentials));
    expect(login).toMatchObject({ status: '200' });
    const { accessToken } = (JSON.parse(login.body) as { data: { accessToken: string } }).data;

    await page.locator('.auth-wrapper .btn.authorize').click();
    await page.locator('.modal-ux input').fill(accessToken);
    await page.locator('.modal-ux .btn.authorize').click();
    await page.locator('.modal-ux .btn-done').click();

    // The body that the page proposes is one that the system takes.
    const placed = await execute('placeOrder', async () => {});
    expect(placed).toMatchObject({ status: '202' });
    const { processId } = (JSON.parse(placed.body) as { data: { processId: string } }).data;

    const look = async (): Promise<number> => {
      const seen = await execute('getProcess', (block) => block.locator('tr[data-param-name="processId"] input').fill(processId));
      const { status } = (JSON.parse(seen.body) as { data: { status: number } }).data;
      return status === 0 ? page.waitForTimeout(500).then(look) : status;
    };
    expect(await look()).toBe(1);
    expect(complaints).toEqual([]);
  }, 90_000);
});
