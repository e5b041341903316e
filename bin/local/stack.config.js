'use strict';
const path = require('node:path');
const { apps } = require('../../ecosystem.config.js');
const { cloudConnections } = require('./clouds');
const { serviceEnvironment, emulatorEnvironment } = require('./environment');
const { root, inLocal } = require('./layout');
const { emulators } = require('./parts');
const { openStack } = require('./settings');

// The local stack as pm2 runs it: the services of ecosystem.config.js, and in front of them what a cloud gives elsewhere.
const stack = openStack();
const [gateway] = apps;

// The batch jobs of the emulated models read and write in the buckets that the demo users share.
const batchObjects = { EMULATOR_CLOUDS: JSON.stringify(cloudConnections(stack)) };

const logs = (name) => ({ out_file: inLocal('logs', `${name}.log`), error_file: inLocal('logs', `${name}.log`) });

const program = (name, changes) => ({ ...gateway, ...logs(name), name, exec_mode: 'fork', instances: 1, ...changes });

const emulator = ({ name, script, foreign = false }) => {
  const dataDir = inLocal('emulators', name);
  return program(name, {
    namespace: 'emulators',
    script: path.join(root, script),
    wait_ready: !foreign,
    shutdown_with_message: foreign,
    args: name === 'azure' ? azuriteArguments(dataDir) : [],
    env: { ...emulatorEnvironment(name, stack, dataDir), ...(name === 'inference' && batchObjects) },
  });
};

// The SDK speaks a newer version of the protocol than this last release for Node 20 knows by number.
const azuriteArguments = (dataDir) => [
  ...['--blobHost', '127.0.0.1', '--blobPort', String(stack.settings.ports.azure), '--location', dataDir],
  ...['--skipApiVersionCheck', '--disableTelemetry', '--silent'],
];

const database = program('database', {
  namespace: 'databases',
  script: path.join(__dirname, 'database-server.js'),
  args: ['--dir', inLocal(), '--port', String(stack.settings.database.port)],
  env: { NODE_ENV: 'development' },
});

/** A worker has no door but that of its numbers. */
const numbersOf = ({ name, namespace }) => (namespace === 'workers' ? { METRICS_PORT: String(stack.settings.ports[name]) } : {});

module.exports = {
  apps: [
    ...(stack.settings.database.given ? [] : [database]),
    ...emulators().map(emulator),
    ...apps.map((app) => ({ ...app, ...logs(app.name), env: { ...serviceEnvironment(app.name, stack), ...numbersOf(app) } })),
  ],
};
