import { startPaymentSandbox } from './payment-sandbox';

const required = (name: string): string => {
  const value = process.env[name];
  if (!value) throw new Error(`${name} must be set`);
  return value;
};

async function main(): Promise<void> {
  const sandbox = await startPaymentSandbox({
    port: Number(required('EMULATOR_PORT')),
    dataDir: required('EMULATOR_DATA_DIR'),
    secretKey: required('SANDBOX_SECRET_KEY'),
    webhookSecret: required('SANDBOX_WEBHOOK_SECRET'),
    ...(process.env.SANDBOX_WEBHOOK_URL && { webhookUrl: process.env.SANDBOX_WEBHOOK_URL }),
  });
  console.log(`Payment sandbox on ${sandbox.url}`);
  process.send?.('ready');
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void sandbox.stop().then(() => process.exit(0)));
}

void main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
