import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { ApiError } from './api-error';
import type { ChargeEvent, DeliveryTry, LedgerLine } from './charge';
import { ChargeBook } from './charge-book';
import { Exchange } from './exchange';
import { Faults } from './faults';
import { Journal } from './journal';
import { routesOf, type Reply } from './routes';
import { WebhookSender } from './webhook-sender';

export interface PaymentSandboxOptions {
  host?: string;
  /** 0 takes a free one. */
  port: number;
  /** Folder of the ledger. */
  dataDir: string;
  secretKey: string;
  webhookSecret: string;
  /** Where events go whose charge names no address of its own. */
  webhookUrl?: string;
  /** Pause before a webhook's second try, in milliseconds; each further one is twice as long. */
  webhookPauseMs?: number;
}

export interface PaymentSandbox {
  url: string;
  port: number;
  stop(): Promise<void>;
}

/** Starts the sandbox gateway: a payment provider whose money is play money and whose ledger outlives a kill. */
export async function startPaymentSandbox(options: PaymentSandboxOptions): Promise<PaymentSandbox> {
  const gateway = await Gateway.open(options);
  const server = createServer((request, response) => void gateway.serve(new Exchange(request, response)));
  const host = options.host ?? '127.0.0.1';
  await listen(server, options.port, host);
  const { port } = server.address() as AddressInfo;
  gateway.url = `http://${host}:${port}`;
  const stop = async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
    await gateway.stop();
  };
  return { url: gateway.url, port, stop };
}

class Gateway {
  url = '';
  private readonly faults = new Faults();
  private readonly routes: ReturnType<typeof routesOf>;

  private constructor(
    private readonly journal: Journal<LedgerLine>,
    private readonly sender: WebhookSender,
    private readonly merchant: { book: ChargeBook; secretKey: string; ledgerPath: string },
  ) {
    const { book, secretKey, ledgerPath } = merchant;
    const readLedger = async () => linesOf(await readFile(ledgerPath, 'utf8'));
    this.routes = routesOf({ book, secretKey, faults: this.faults, readLedger, url: () => this.url });
  }

  static async open(options: PaymentSandboxOptions): Promise<Gateway> {
    const ledgerPath = join(options.dataDir, 'ledger.jsonl');
    const events: ChargeEvent[] = [];
    const tries: DeliveryTry[] = [];
    const journal = await Journal.open<LedgerLine>(ledgerPath, (line) => {
      if (line.kind === 'event') events.push(line);
      else tries.push(line);
    });
    const { webhookSecret: secret, webhookUrl: url, webhookPauseMs: firstPauseMs = 250 } = options;
    const sender = new WebhookSender({ secret, url, firstPauseMs }, journal);
    const book = new ChargeBook((event) => {
      journal.append(event);
      sender.enqueue(event);
    });
    for (const event of events) book.restore(event);
    sender.resume(events, tries);
    return new Gateway(journal, sender, { book, secretKey: options.secretKey, ledgerPath });
  }

  /** Carries a request out, makes the outcome durable, and only then answers: no answer tells what a kill could undo. */
  async serve(exchange: Exchange): Promise<void> {
    try {
      const reply = await this.carryOut(exchange).finally(() => this.journal.durable());
      if (reply.webhookFirst) await this.sender.sent();
      const answered = this.answer(exchange, reply);
      // After the answer is written, which making requests would hold up; one that is late or lost is overtaken.
      this.sender.kick();
      await answered;
    } catch (error) {
      exchange.fail(error);
    }
  }

  async stop(): Promise<void> {
    await this.sender.stop();
    await this.journal.close();
  }

  private async carryOut(exchange: Exchange): Promise<Reply> {
    const { method } = exchange.request;
    for (const route of this.routes) {
      const match = route.method === method ? route.path.exec(exchange.url.pathname) : null;
      if (!match) continue;
      if (!route.open) exchange.authenticate(this.merchant.secretKey);
      return route.handle(exchange, match[1] ?? '');
    }
    throw new ApiError(404, 'not_found', `Nothing answers ${method} ${exchange.url.pathname}`);
  }

  private async answer(exchange: Exchange, reply: Reply): Promise<void> {
    const isApi = exchange.url.pathname.startsWith('/v1/');
    if (isApi && this.faults.pauseMs > 0) await pause(this.faults.pauseMs);
    const fault = isApi ? this.faults.draw() : 'given';
    if (reply.manner === 'never') return;
    if (fault === 'lost') return void exchange.response.destroy();
    if (fault === 'error' || reply.manner === 'error') throw new ApiError(500, 'internal', 'The gateway failed');
    reply.send();
  }
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve());
  });
}

/** The whole lines of a ledger; one that is being written is not there yet. */
function linesOf(text: string): unknown[] {
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as unknown);
}
