import { parseArgs } from 'node:util';
import { loadEnvironment } from '@polycloud/config';
import { runInContext } from '@polycloud/context';
import { newId } from '@polycloud/http';
import { createLogger } from '@polycloud/logger';
import { type Config, readServiceConfig } from './config';
import { wireBilling } from './graph';
import { windowStart } from './jobs';

/**
 * `node dist/reconcile.js [--since 2026-01-31]`: compares our books with the gateways' now and prints what it found as
 * JSON. Exit code 0 when they agree or were mended, 2 when a difference or a gateway that failed is left for people.
 */
export async function reconcile(config: Config, args: string[], print: (text: string) => void): Promise<number> {
  const { values } = parseArgs({ args, options: { since: { type: 'string' } } });
  const since = values.since === undefined ? windowStart(config) : new Date(values.since);
  if (Number.isNaN(since.getTime())) throw new Error(`--since: ${values.since} is not a date`);
  const { bos, outside } = wireBilling(config, createLogger({ service: 'billing', level: 'error', stream: process.stderr }));
  try {
    const results = await runInContext({ requestId: newId() }, () => bos.reconciliation.reconcile(since));
    print(`${JSON.stringify(results, null, 2)}\n`);
    return results.every(({ findings, failure }) => failure === undefined && findings.every(({ mended }) => mended)) ? 0 : 2;
  } finally {
    for (const close of outside.close) await close();
  }
}

async function main(): Promise<void> {
  try {
    await loadEnvironment('billing');
    process.exitCode = await reconcile(readServiceConfig(), process.argv.slice(2), (text) => process.stdout.write(text));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}

if (require.main === module) void main();
