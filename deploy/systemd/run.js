'use strict';
const path = require('node:path');
const { apps } = require('../../ecosystem.config.js');

// The same main files and defaults as under pm2, in the process that systemd started.
const [name] = process.argv.slice(2);
const app = apps.find((one) => one.name === name);
if (!app) {
  console.error(`There is no ${name}: choose of ${apps.map((one) => one.name).join(', ')}.`);
  process.exit(1);
}
for (const [variable, value] of Object.entries(app.env)) process.env[variable] ??= String(value);
process.argv[1] = path.join(app.cwd, app.script);
require('node:module').runMain();
