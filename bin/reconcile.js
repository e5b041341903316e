'use strict';
/**
 * `npm run reconcile [-- --since 2026-01-31]` compares the books of the billing service with the payment gateways', mends what can be mended and prints
 * each difference. The local stack's books, unless APP_ENV names another environment: then its settings are found as the service finds them.
 */
require('./local/node-version');
const { spawnSync } = require('node:child_process');
const { serviceEnvironment } = require('./local/environment');
const { runWord } = require('./local/failure');
const { inRoot } = require('./local/layout');
const { openStack } = require('./local/settings');

/** Ends with 0 when both agree or were mended, with 2 when a difference is left for people. */
async function reconcile() {
  const own = process.env.APP_ENV ? {} : serviceEnvironment('billing', openStack());
  const command = [inRoot('services', 'billing', 'dist', 'reconcile.js'), ...process.argv.slice(2)];
  const { status, error } = spawnSync(process.execPath, command, { env: { ...process.env, ...own }, stdio: 'inherit' });
  if (error) throw error;
  process.exitCode = status ?? 1;
}

runWord('reconcile', reconcile);
