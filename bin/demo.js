'use strict';
require('./local/node-version');
const { randomUUID } = require('node:crypto');
const { Failure, runWord } = require('./local/failure');
const { bar, profileLines, rowLines } = require('./local/profile-view');
const { isLive, paint, rewrite, say } = require('./local/terminal');
const { moneyText } = require('./local/table');
const { readStackFile } = require('./local/stack-file');
const { SAMPLE, signIn, uploadSample } = require('./local/demo-user');

const ASK_EVERY_MS = 200;
const STUCK_MS = 120000;
const UNDER_PROCESS = 0;
const SUCCESS = 1;

const tell = (text) => say(`${paint.cyan('→')} ${text}`);
const indent = (lines) => lines.forEach((line) => say(`    ${line}`));

/** The main job, as a client does it: data into the user's own cloud, an order on it, its progress, its result, its payment. */
async function demo(stack = readStackFile()) {
  const user = stack.demo.users[0];
  if (!user) throw new Failure('No cloud runs in this stack, so there is nobody to show the main job with', 'npm start');
  const client = await signIn(stack, user, tell);
  await showData(client);
  const order = await placeOrder(client);
  await follow(client, order.processId);
  await showResult(client, order);
}

async function showData(client) {
  tell(`Upload ${SAMPLE} straight to the cloud (POST /data/upload-url, then PUT to the presigned URL)`);
  await uploadSample(client);
  tell('Find it in the list (GET /data?prefix=taxis)');
  const { data: datasets } = await client.get('/data?prefix=taxis');
  indent(datasets.map(({ key, size, updatedAt }) => `${key}  ${size} bytes  ${updatedAt}`));
  tell(`Read its first rows from the cloud (GET /data?dataset=${SAMPLE}&limit=3)`);
  const { data: rows } = await client.get(`/data?dataset=${SAMPLE}&limit=3`);
  indent(rowLines(rows));
}

async function placeOrder(client) {
  tell('Order a profile of it (POST /user/order)');
  const body = {
    items: [{ sku: 'DATA-PROFILE', input: { dataset: SAMPLE } }],
    payment: { gateway: 'sandbox', source: 'tok_ok' },
  };
  const { data } = await client.post('/user/order', body, { 'idempotency-key': randomUUID() });
  indent([`order ${data.orderId}, process ${data.processId}, ${moneyText(data.total)}`]);
  return data;
}

async function follow(client, processId) {
  tell(`Follow the process (GET /user/process/${processId})`);
  let seen = '';
  let changedAt = Date.now();
  for (;;) {
    const { data: job } = await client.get(`/user/process/${processId}`);
    const line = `${bar(job.percentage / 100)} ${job.step}`;
    if (line !== seen) {
      changedAt = Date.now();
      show(line);
    }
    seen = line;
    if (job.status !== UNDER_PROCESS) return finish(job);
    if (Date.now() - changedAt > STUCK_MS) throw stuck(processId);
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
  }
}

const show = (line) => (isLive ? rewrite(`    ${line}`) : say(`    ${line}`));

const stuck = (processId) =>
  new Failure(`Process ${processId} has not moved for ${STUCK_MS / 1000} s`, 'npm run logs order-worker');

function finish(job) {
  if (isLive) say();
  if (job.status === SUCCESS) return;
  const { code, detail, hint } = job.error || {};
  throw new Failure(`The process failed: ${code || job.statusText} ${detail || ''}`, hint || 'npm run logs order-worker');
}

async function showResult(client, { orderId, processId }) {
  tell(`Fetch the result from the cloud (GET /data?processId=${processId})`);
  const { data: profile } = await client.get(`/data?processId=${processId}`);
  indent([`${profile.dataset}: ${profile.rows} rows`, ...profileLines(profile)]);
  tell(`Look at the payment (GET /payments?orderId=${orderId})`);
  const { data: payments } = await client.get(`/payments?orderId=${orderId}`);
  indent(payments.map((payment) => `${payment.paymentId}  ${payment.status}  ${moneyText(payment)}  ${payment.gateway}`));
}

module.exports = { demo };

if (require.main === module) runWord('demo', () => demo());
