import { invalid } from './api-error';
import type { Charge } from './charge';
import { chargeRequest, positiveInteger, text } from './charge-request';
import type { ChargeBook } from './charge-book';
import type { Exchange } from './exchange';
import type { Faults } from './faults';
import { pageOf } from './paging';
import { payPage } from './pay-page';
import { behaviourOf } from './sources';
import { shown } from './webhook-sender';

/** How an answer leaves, once all it tells is durable. */
type Manner = 'given' | 'never' | 'error';

export interface Reply {
  send(): void;
  manner?: Manner;
  /** The webhooks of this request are tried before it is answered. */
  webhookFirst?: boolean;
}

export interface Merchant {
  book: ChargeBook;
  faults: Faults;
  secretKey: string;
  /** Reads the ledger as the disk holds it. */
  readLedger(): Promise<unknown[]>;
  /** Where this gateway is reached, for links to its pages. */
  url(): string;
}

type Handler = (exchange: Exchange, id: string) => Reply | Promise<Reply>;

interface Route {
  method: string;
  path: RegExp;
  /** Without the secret key: pages of the payer, and the levers of the emulator. */
  open?: boolean;
  handle: Handler;
}

export function routesOf(merchant: Merchant): Route[] {
  const { book } = merchant;
  const view = (charge: Charge) => ({ ...shown(charge), nextAction: nextAction(merchant, charge) });
  const charge = (exchange: Exchange, found: Charge): Reply => ({ send: () => exchange.json(200, view(found)) });
  return [
    { method: 'POST', path: /^\/v1\/charges$/, handle: (exchange) => create(merchant, exchange, view) },
    { method: 'GET', path: /^\/v1\/charges$/, handle: (exchange) => list(book, exchange, view) },
    { method: 'GET', path: /^\/v1\/charges\/(\w+)$/, handle: (exchange, id) => charge(exchange, book.get(id)) },
    { method: 'POST', path: /^\/v1\/charges\/(\w+)\/refunds$/, handle: (exchange, id) => refund(book, exchange, id) },
    { method: 'POST', path: /^\/v1\/charges\/(\w+)\/cancel$/, handle: (exchange, id) => charge(exchange, book.cancel(id)) },
    {
      method: 'POST',
      path: /^\/v1\/charges\/(\w+)\/confirm$/,
      open: true,
      handle: (exchange, id) => confirm(book, exchange, id, view),
    },
    { method: 'GET', path: /^\/pay\/(\w+)$/, open: true, handle: (exchange, id) => page(exchange, book.get(id)) },
    { method: 'GET', path: /^\/v1\/events$/, handle: (exchange) => events(book, exchange) },
    { method: 'PUT', path: /^\/_emulator\/faults$/, open: true, handle: (exchange) => setFaults(merchant.faults, exchange) },
    { method: 'GET', path: /^\/_emulator\/ledger$/, open: true, handle: (exchange) => ledger(merchant, exchange) },
  ];
}

type View = (charge: Charge) => unknown;

async function create({ book }: Merchant, exchange: Exchange, view: View): Promise<Reply> {
  const key = exchange.idempotencyKey;
  const request = chargeRequest(await exchange.body());
  const { charge, replayed } = book.create(key, request);
  const headers = replayed ? { 'idempotent-replayed': 'true' } : undefined;
  const send = () => exchange.json(replayed ? 200 : 201, view(charge), headers);
  const { answer, webhook } = behaviourOf(request.source)!;
  return replayed ? { send } : { send, manner: answer ?? 'given', webhookFirst: webhook === 'first' };
}

function list(book: ChargeBook, exchange: Exchange, view: View): Reply {
  const query = exchange.url.searchParams;
  const attempt = query.get('attempt');
  const since = query.get('since') ?? '';
  if (attempt !== null) {
    const found = book.findAttempt(attempt);
    return { send: () => exchange.json(200, { data: found ? [view(found)] : [], nextCursor: null }) };
  }
  const charges = book.all().filter((charge) => charge.createdAt >= since);
  const { data, nextCursor } = pageOf(charges, query);
  return { send: () => exchange.json(200, { data: data.map(view), nextCursor }) };
}

async function refund(book: ChargeBook, exchange: Exchange, id: string): Promise<Reply> {
  const key = exchange.idempotencyKey;
  const body = await exchange.body();
  const made = book.refund(id, key, { amount: positiveInteger(body, 'amount'), reason: text(body, 'reason') });
  return { send: () => exchange.json(201, made) };
}

async function confirm(book: ChargeBook, exchange: Exchange, ...[id, view]: [string, View]): Promise<Reply> {
  const { decision } = await exchange.body();
  if (decision !== 'approve' && decision !== 'decline') throw invalid('decision must be approve or decline');
  const charge = book.confirm(id, decision === 'approve');
  const backTo = charge.returnUrl ?? `/pay/${id}`;
  return { send: () => (exchange.isForm ? exchange.redirect(backTo) : exchange.json(200, view(charge))) };
}

const page = (exchange: Exchange, charge: Charge): Reply => ({ send: () => exchange.html(payPage(charge)) });

function events(book: ChargeBook, exchange: Exchange): Reply {
  const { data, nextCursor } = pageOf(book.events, exchange.url.searchParams);
  const shownEvents = data.map(({ kind: _, charge, ...event }) => ({ ...event, data: shown(charge) }));
  return { send: () => exchange.json(200, { data: shownEvents, nextCursor }) };
}

async function setFaults(faults: Faults, exchange: Exchange): Promise<Reply> {
  faults.set(await exchange.body());
  return { send: () => exchange.json(200, {}) };
}

async function ledger(merchant: Merchant, exchange: Exchange): Promise<Reply> {
  const data = await merchant.readLedger();
  return { send: () => exchange.json(200, { data }) };
}

const nextAction = (merchant: Merchant, charge: Charge) =>
  charge.status === 'requires_action' ? { type: 'redirect', url: `${merchant.url()}/pay/${charge.id}` } : null;
