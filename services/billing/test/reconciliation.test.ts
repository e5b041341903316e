import { newId } from '@polycloud/http';
import { createLogger } from '@polycloud/logger';
import { PassThrough } from 'node:stream';
import { PaymentFactory, type PaymentGateway } from '@polycloud/payment';
import { ReconciliationBo } from '../src/bo/reconciliation.bo';
import { wireBilling } from '../src/graph';
import { reconcile as reconcileCommand } from '../src/reconcile';
import { startBilling } from '../src/server';
import { PaymentGateways } from '../src/service/payment-gateways';
import { BillingBench, freePort, until } from './billing-bench';

const logger = createLogger({ service: 'billing', level: 'error', stream: new PassThrough().resume() });
const USD = (amount: number) => ({ amount, currency: 'USD' });

describe('the comparison with the gateway', () => {
  let bench: BillingBench;
  /** What went before is of no concern to the test. */
  let since: Date;
  beforeAll(async () => (bench = await BillingBench.start()));
  afterAll(() => bench.stop());
  beforeEach(async () => {
    await bench.faults({});
    for (const table of ['payments', 'invoices', 'findings']) await bench.db.adminQuery(`DELETE FROM ${table}`);
    since = new Date();
  });

  const charge = (amount = 900) =>
    bench.saga[0]!.charge({
      body: {
        ...{ orderId: newId(), processId: newId(), userId: newId() },
        ...{ amount: USD(amount), gateway: 'sandbox', source: 'tok_ok' },
      },
    });
  /** Compares with the sandbox, and with further gateways before it. */
  const reconcileAll = async (further: PaymentGateway[]) => {
    const { bos, daos, outside } = wireBilling(bench.config, logger);
    const gateways = new PaymentGateways([...further, ...outside.gateways.all()]);
    try {
      return await new ReconciliationBo(daos, { ...bos, gateways }).reconcile(since);
    } finally {
      for (const close of outside.close) await close();
    }
  };
  const reconcile = async () => (await reconcileAll([]))[0]!;
  const askGateway = (path: string, body: object, key: string) =>
    fetch(bench.sandbox.url + path, {
      method: 'POST',
      headers: { authorization: 'Bearer sandbox-key', 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify(body),
    });

  it('finds nothing where nothing differs', async () => {
    for (let at = 0; at < 3; at++) await charge(100 + at);
    expect(await reconcile()).toMatchObject({
      compared: 3,
      findings: [],
      balance: [{ currency: 'USD', ours: 303, theirs: 303 }],
    });
  });

  it('restores captures that our books have lost, every one of them, and keeps the invoices', async () => {
    const paid: Awaited<ReturnType<typeof charge>>[] = [];
    while (paid.length < 50) paid.push(...(await Promise.all(Array.from({ length: 10 }, () => charge()))));
    await bench.db.adminQuery(
      "UPDATE payments SET status = 'unknown', reference = NULL, captured_at = NULL, next_check_at = NULL",
    );
    const { findings, balance } = await reconcile();
    expect(findings).toHaveLength(50);
    expect(findings.every(({ kind, mended }) => kind === 'other_status' && mended)).toBe(true);
    expect(balance).toEqual([{ currency: 'USD', ours: 45_000, theirs: 45_000 }]);
    for (const { orderId } of paid) expect(await bench.saga[0]!.paid({ params: { orderId } })).toMatchObject({ paid: true });
    expect(await bench.db.adminQuery('SELECT * FROM invoices')).toHaveLength(50);
    expect((await reconcile()).findings).toEqual([]);
  });

  it('books a refund that was made at the gateway itself', async () => {
    const { gatewayReference, paymentId } = await charge();
    await askGateway(`/v1/charges/${gatewayReference}/refunds`, { amount: 250, reason: 'by hand' }, newId());
    expect((await reconcile()).findings).toMatchObject([{ kind: 'foreign_refund', paymentId, mended: true }]);
    const [row] = await bench.db.adminQuery('SELECT status, refunded_amount AS refunded FROM payments WHERE payment_id = ?', [
      paymentId,
    ]);
    expect(row).toEqual({ status: 'partially_refunded', refunded: 250 });
    expect((await reconcile()).findings).toEqual([]);
  });

  it('reports money that only one side knows, and does not touch it', async () => {
    await askGateway('/v1/charges', { ...USD(400), source: 'tok_ok', orderRef: newId() }, newId());
    const { paymentId } = await charge(100);
    await bench.db.adminQuery("UPDATE payments SET reference = 'ch_nowhere', payment_id = ? WHERE payment_id = ?", [
      newId(),
      paymentId,
    ]);
    const { findings, balance } = await reconcile();
    const kinds = findings.map(({ kind, mended }) => [kind, mended]).sort();
    expect(kinds).toEqual([
      ['unknown_to_gateway', false],
      ['unknown_to_us', false],
      ['unknown_to_us', false],
    ]);
    expect(balance).toEqual([{ currency: 'USD', ours: 100, theirs: 500 }]);
    expect(await bench.db.adminQuery('SELECT * FROM findings')).toHaveLength(3);
  });

  it('tells of a gateway that cannot be asked, and compares with the next one all the same', async () => {
    await charge();
    const baseUrl = `http://127.0.0.1:${await freePort()}`;
    const [away, sandbox] = await reconcileAll([PaymentFactory.for('tap', { secretKey: 'sk_test_x', baseUrl })]);
    expect(away).toMatchObject({ gateway: 'tap', compared: 0, failure: expect.stringContaining('tap gave no usable answer') });
    expect(sandbox).toMatchObject({ gateway: 'sandbox', compared: 1, findings: [] });
    expect(sandbox).not.toHaveProperty('failure');
  });

  it('as a command prints what it found, and ends with 2 where people are needed', async () => {
    await charge();
    const run = async () => {
      let printed = '';
      const code = await reconcileCommand(bench.config, ['--since', since.toISOString()], (text) => (printed += text));
      return { code, results: JSON.parse(printed) as unknown };
    };
    expect(await run()).toMatchObject({ code: 0, results: [{ gateway: 'sandbox', compared: 1, findings: [] }] });
    await askGateway('/v1/charges', { ...USD(400), source: 'tok_ok', orderRef: newId() }, newId());
    expect(await run()).toMatchObject({ code: 2, results: [{ findings: [{ kind: 'unknown_to_us', mended: false }] }] });
    await bench.faults({ errorAfter: 1 });
    expect(await run()).toMatchObject({ code: 2, results: [{ failure: expect.any(String) }] });
    await expect(reconcileCommand(bench.config, ['--since', 'soon'], () => undefined)).rejects.toThrow('soon is not a date');
  });

  it('runs by itself, at one instance a time', async () => {
    const orderId = newId();
    await bench.saga[0]!.charge({
      body: { orderId, processId: orderId, userId: newId(), amount: USD(5), gateway: 'sandbox', source: 'tok_ok' },
    });
    // Before anybody compares: who has read the payment already would put it right and see no difference.
    await bench.db.adminQuery("UPDATE payments SET status = 'unknown', reference = NULL, next_check_at = NULL");
    await bench.db.adminQuery('DELETE FROM job_leases');
    const settings = { ...bench.config, PORT: 0, RECONCILE_INTERVAL_MS: 100 };
    const instances = await Promise.all([startBilling(settings, logger), startBilling(settings, logger)]);
    try {
      // The gateway still has the charges of the tests before, which our books have forgotten.
      const findings = () => bench.db.adminQuery('SELECT kind FROM findings WHERE payment_id IS NOT NULL');
      await until(async () => (await findings()).length > 0);
      expect(await bench.saga[0]!.paid({ params: { orderId } })).toMatchObject({ paid: true });
      expect(await findings()).toEqual([{ kind: 'other_status' }]);
    } finally {
      await Promise.all(instances.map((instance) => instance.stop()));
    }
  });
});
