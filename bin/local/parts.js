'use strict';
const fs = require('node:fs');
const { inRoot } = require('./layout');

/** Services with an HTTP door, in the order in which people read them. */
const SERVICES = ['gateway', 'user', 'order', 'billing', 'tenant-data'];

/** Services that own a schema. */
const DATABASE_OWNERS = ['user', 'order', 'billing', 'tenant-data'];

/** Workers: who runs them and from which main file. They prove themselves as their service. */
const WORKERS = [{ name: 'order-worker', service: 'order', script: 'services/order/dist/worker.js' }];

/**
 * Stand-ins for the clouds and the payment gateway. A part whose program is not installed is left out of the stack; its name is also
 * its name in the table of ports. A foreign program does not tell pm2 when it serves, and ends on a message, not on a signal.
 */
const EMULATORS = [
  { name: 'aws', script: 'emulators/dist/aws/server.js' },
  { name: 'google', script: 'emulators/dist/google/server.js' },
  { name: 'azure', script: 'node_modules/azurite/dist/src/blob/main.js', foreign: true },
  { name: 'payment-sandbox', script: 'emulators/dist/payment-sandbox/server.js' },
  { name: 'inference', script: 'emulators/dist/inference/server.js' },
];

const isBuilt = ({ script }) => fs.existsSync(inRoot(script));
const emulators = () => EMULATORS.filter(isBuilt);
const hasEmulator = (name) => emulators().some((emulator) => emulator.name === name);

module.exports = { SERVICES, DATABASE_OWNERS, WORKERS, EMULATORS, emulators, hasEmulator };
