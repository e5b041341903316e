import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { newId } from '@polycloud/http';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BillingBench } from './billing-bench';
import type { TestUser } from './test-user';

describe('invoices', () => {
  let bench: BillingBench;
  beforeAll(async () => {
    bench = await BillingBench.start({
      settings: { BILLING_COUNTRY: 'AE', SELLER_NAME: 'Polycloud W.L.L.', SELLER_ADDRESS: 'Kuwait City' },
    });
    await bench.db.adminQuery("INSERT INTO tax_rates (country, valid_from, basis_points) VALUES ('AE', '2026-01-01', 500)");
  });
  afterAll(() => bench.stop());

  const pay = async (user: TestUser, amount = 12_340, currency = 'KWD') => {
    const orderId = bench.order(user, { amount, currency });
    const { body } = await user.post('/payment', { orderId, gateway: 'sandbox', source: 'tok_ok' });
    return body.data as { paymentId: string; orderId: string };
  };
  const firstOf = async (user: TestUser) => (await user.get('/invoices')).body.data[0] as { invoiceId: string; number: string };

  it('200 one invoice a paid order, with its lines, its payer and the tax that its total contains', async () => {
    const user = bench.user();
    const { orderId, paymentId } = await pay(user);
    const { invoiceId, number } = await firstOf(user);
    const { status, body } = await user.get(`/invoice/${invoiceId}`);
    expect(status).toBe(200);
    expect(number).toMatch(/^20\d\d-\d{6}$/);
    expect(body.data).toMatchObject({
      ...{ number, orderId, paymentId, country: 'AE', taxRate: '5.00' },
      payer: { name: 'Sara Ali', email: 'sara@example.com' },
      total: { amount: 12_340, currency: 'KWD' },
      net: { amount: 11_752, currency: 'KWD' },
      tax: { amount: 588, currency: 'KWD' },
    });
    const sum = body.data.lines.reduce((total: number, { price }: { price: { amount: number } }) => total + price.amount, 0);
    expect(sum).toBe(12_340);
  });

  it('200 as a PDF whose text is the invoice', async () => {
    const user = bench.user();
    const { orderId, paymentId } = await pay(user);
    await user.post(`/payment/${paymentId}/refund`, { amount: 340 });
    const { invoiceId, number } = await firstOf(user);
    const answer = await user.get(`/invoice/${invoiceId}`).set('Accept', 'application/pdf').responseType('blob');
    expect([answer.status, answer.type]).toEqual([200, 'application/pdf']);
    const file = answer.body as Buffer;
    expect(file.subarray(0, 5).toString()).toBe('%PDF-');
    const text = await textOf(file);
    if (text === undefined) return console.warn('pdftotext is not installed: the text of the PDF was not read');
    const lines = ['INVOICE', number, 'Polycloud W.L.L.', 'Kuwait City', 'Sara Ali', 'DATA-PROFILE', 'DATA-PREDICT', orderId];
    for (const part of [...lines, '12.340 KWD', '11.752 KWD', '0.588 KWD', 'Tax 5.00 %', '0.340 KWD'])
      expect(text).toContain(part);
  });

  it('takes no new word of the neighbours once it was read', async () => {
    const user = bench.user();
    const { orderId } = await pay(user);
    const { invoiceId } = await firstOf(user);
    const before = (await user.get(`/invoice/${invoiceId}`)).body.data;
    bench.neighbours.setOrder(orderId, { total: { amount: 1, currency: 'KWD' } });
    expect((await user.get(`/invoice/${invoiceId}`)).body.data).toEqual(before);
  });

  it('numbers have no gap, though payments run side by side and some fail', async () => {
    const users = Array.from({ length: 20 }, () => bench.user());
    await Promise.all(
      users.map((user, at) => {
        const orderId = bench.order(user, { amount: 100, currency: 'JPY' });
        return user.post('/payment', { orderId, gateway: 'sandbox', source: at % 4 === 0 ? 'tok_declined' : 'tok_ok' });
      }),
    );
    const rows = await bench.db.adminQuery<{ serial: number }>('SELECT serial FROM invoices ORDER BY serial');
    expect(rows.map(({ serial }) => serial)).toEqual(rows.map((_row, at) => at + 1));
    expect(rows.length).toBeGreaterThanOrEqual(15);
  });

  it('404 for an invoice of somebody else, or of nobody', async () => {
    const user = bench.user();
    await pay(user);
    const { invoiceId } = await firstOf(user);
    for (const id of [invoiceId, newId()]) expect((await bench.user().get(`/invoice/${id}`)).status).toBe(404);
    expect((await bench.user().get('/invoices')).body.data).toEqual([]);
  });
});

/** The text of a PDF, or undefined where there is no reader for it. */
async function textOf(file: Buffer): Promise<string | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'invoice-'));
  await writeFile(join(folder, 'invoice.pdf'), file);
  const { stdout, error } = spawnSync('pdftotext', ['-layout', join(folder, 'invoice.pdf'), '-'], { encoding: 'utf8' });
  await rm(folder, { recursive: true });
  return error ? undefined : stdout;
}
