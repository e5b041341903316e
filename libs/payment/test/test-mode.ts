import type { PaymentGateway } from '../src';
import type { Levers, Subject } from './bench';
import { conformance } from './conformance';

const onlyDouble = 'only a double has this lever';
const LACKS: Subject['lacks'] = {
  during: onlyDouble,
  chargesOf: onlyDouble,
  webhook: onlyDouble,
  wrongWebhookSecret: onlyDouble,
  unreachable: onlyDouble,
  unanswered: onlyDouble,
} satisfies Partial<Record<keyof Levers, string>>;

interface TestMode extends Omit<Subject, 'open' | 'lacks'> {
  /** The environment variables that bear the account's keys. */
  variables: string[];
  /** Why no test can act as the payer. */
  payer: string;
  /** The gateway with those keys, and with a wrong one. */
  gateways: (keys: string[]) => { gateway: PaymentGateway; wrongKey: PaymentGateway };
}

/** Runs the same suite against the provider itself where the keys of its test mode are in the environment, or says what is missing. */
export function testModeConformance({ variables, payer, gateways, ...subject }: TestMode): void {
  const keys = variables.flatMap((name) => process.env[name] ?? []);
  if (keys.length < variables.length)
    return it.skip(`${subject.name} keeps the promises of a payment gateway (skipped: ${variables.join(', ')} not set)`, () =>
      undefined);
  const bench = { ...gateways(keys), stop: () => Promise.resolve() };
  conformance({ ...subject, lacks: { ...LACKS, payer }, open: () => Promise.resolve(bench) });
}
