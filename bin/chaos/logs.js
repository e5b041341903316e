'use strict';
const fs = require('node:fs');
const readline = require('node:readline');

const DEFECT = /uncaught exception|unhandled rejection/;
/** A service says so when what it needs is away at its start, and is started again. */
const REFUSAL = 'cannot start:';

/** What the logs of a run tell: secrets that they show, errors that nobody caught, and how often a part refused to start. */
async function readLogs(logs, secrets) {
  const told = { leaks: new Set(), defects: [], refusals: {} };
  for (const { name, file, start } of logs) {
    // Line by line: a log of thousands of orders is longer than a string can be.
    for await (const line of readline.createInterface({ input: fs.createReadStream(file, { start }) })) {
      if (DEFECT.test(line)) told.defects.push(`${name}: ${line.slice(0, 300)}`);
      if (line.includes(REFUSAL)) told.refusals[name] = (told.refusals[name] ?? 0) + 1;
      for (const [what, secret] of secrets) if (line.includes(secret)) told.leaks.add(`${what} in ${name}`);
    }
  }
  return { ...told, leaks: [...told.leaks] };
}

/** What no log may show: [[what, secret]]. */
function secretsOf({ stack: { secrets } }, customers) {
  const { databasePasswords, sandboxSecretKey, sandboxWebhookSecret, platform, tenants } = secrets;
  return [
    ...customers.flatMap(({ name, login, token, secret }) => [
      [`${name}'s password`, login.password],
      [`${name}'s token`, token],
      [`${name}'s webhook secret`, secret],
    ]),
    ...Object.entries(databasePasswords).map(([name, password]) => [`database password of ${name}`, password]),
    ['key of the gateway', sandboxSecretKey],
    ['webhook secret of the gateway', sandboxWebhookSecret],
    ["the platform's key of the cloud", platform.secretAccessKey],
    ["the customers' key of their cloud", tenants.secretAccessKey],
  ];
}

module.exports = { readLogs, secretsOf };
