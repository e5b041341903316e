'use strict';
require('./local/node-version');
const { parseArgs } = require('node:util');
const { Failure, runWord } = require('./local/failure');
const { paint, say } = require('./local/terminal');
const { readStackFile } = require('./local/stack-file');

const ANSWER_MS = 10_000;
const PAUSE_MS = 1_000;
const USAGE = 'npm run smoke -- [--wait seconds] [address of the gateway; the local stack unless said]';

/** What must be true of a deployment before it is called one. None of it writes anything. */
const CHECKS = [
  ['the gateway is ready', '/readyz', 200, (body) => body.status === 'pass' || `it says ${JSON.stringify(body)}`],
  ['every service is well', '/status', 200, (body) => body.data?.status === 'pass' || whoIsNot(body.data?.services ?? [])],
  [
    'the document describes the operations',
    '/openapi.json',
    200,
    (body) => Object.keys(body.paths ?? {}).length > 0 || 'it has no paths',
  ],
  ['the tokens can be checked', '/.well-known/jwks.json', 200, (body) => body.keys?.length > 0 || 'there is no key'],
  ['a stranger gets nothing', '/user/details', 401, (body) => body.code === 'NOT_AUTHENTICATED' || `the code is ${body.code}`],
];

const whoIsNot = (services) =>
  services.map(({ service, status, checks }) => (status === 'pass' ? '' : `${service}: ${JSON.stringify(checks)}`)).join(' ');

/** Why a check does not hold; undefined when it does. */
async function problemOf(gateway, [, path, status, judge]) {
  try {
    const response = await fetch(new URL(path, gateway), { signal: AbortSignal.timeout(ANSWER_MS) });
    const text = await response.text();
    if (response.status !== status) return `${path} answers ${response.status}: ${text.slice(0, 300)}`;
    const verdict = judge(JSON.parse(text));
    return verdict === true ? undefined : `${path}: ${verdict}`;
  } catch (error) {
    return `${path} does not answer (${error.cause?.code ?? error.message})`;
  }
}

/** Makes every check, again and again until all hold or the time is over. Resolves to the problems that are left. */
async function smoke(gateway, waitMs) {
  const deadline = Date.now() + waitMs;
  for (;;) {
    const problems = await Promise.all(CHECKS.map((check) => problemOf(gateway, check)));
    if (problems.every((problem) => problem === undefined) || Date.now() > deadline) return problems;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

async function main() {
  const { values, positionals } = parseArgs({ options: { wait: { type: 'string', default: '60' } }, allowPositionals: true });
  const gateway = positionals[0] ?? readStackFile().gateway;
  if (!URL.canParse(gateway)) throw new Failure(`${gateway} is no address`, USAGE);
  const problems = await smoke(gateway, Number(values.wait) * 1000);
  CHECKS.forEach(([title], at) =>
    say(`${problems[at] ? paint.red('FAIL') : paint.green('ok  ')} ${title}${problems[at] ? `: ${problems[at]}` : ''}`),
  );
  if (problems.some(Boolean)) throw new Failure(`${gateway} does not serve as it should`, 'npm run rollback -- <environment>');
}

runWord('smoke', main, USAGE);
