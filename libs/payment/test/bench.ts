import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import type { Money, PaymentGateway, PaymentSnapshot, WebhookDelivery } from '../src';

export type Fault = 'answer_lost' | 'error_after';

/** What only a provider in our hands lets a test do. */
export interface Levers {
  /** Acts as the payer of a payment that requires action. */
  payer(payment: PaymentSnapshot, approves: boolean): Promise<void>;
  /** Runs an action while every changing call is carried out and then answered wrongly. */
  during<T>(fault: Fault, action: () => Promise<T>): Promise<T>;
  /** How many charges the provider itself holds for an attempt. */
  chargesOf(attemptId: string): Promise<number>;
  /** A delivery as the provider signs it now. */
  webhook(payment: PaymentSnapshot): Promise<WebhookDelivery>;
  /** The same gateway, set up wrongly. */
  unreachable: PaymentGateway;
  /** The same gateway, in front of somebody who takes calls and never answers. */
  unanswered: PaymentGateway;
  wrongWebhookSecret: PaymentGateway;
}

export interface Bench extends Partial<Levers> {
  gateway: PaymentGateway;
  wrongKey: PaymentGateway;
  stop(): Promise<void>;
}

/** A gateway under test: what its provider calls things, and how to bring it up. */
export interface Subject {
  name: string;
  open(): Promise<Bench>;
  currency: string;
  sources: { ok: string; declined?: string; insufficientFunds?: string; requiresAction?: string };
  /** Amounts of other exponents that it can charge, and one that it cannot. */
  representable: Money[];
  unrepresentable?: Money;
  /** A currency of the world that it does not take. */
  unsupported?: string;
  /** `ok` is captured without the payer's hand. */
  paysAtOnce: boolean;
  /** The scheme signs the time, so it can tell an old delivery. */
  signsTime: boolean;
  /** A charge begins with a look-up, so a provider that never answers is never asked to charge. */
  looksUpFirst?: boolean;
  /** What cannot be tried against this provider, each with the reason. */
  lacks: Partial<Record<keyof Levers, string>>;
}

export const newAttempt = (): string => randomUUID();

/** An address where nobody listens: the port was free a moment ago. */
export async function nobody(): Promise<string> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  await once(server.close(), 'close');
  return `http://127.0.0.1:${port}`;
}

/** Takes connections, and never says a word. */
export async function mute(): Promise<{ baseUrl: string; close: () => void }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => void sockets.add(socket.resume()));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const close = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return { baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}
