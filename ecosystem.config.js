'use strict';

/**
 * The services as pm2 runs them on a machine: `pm2 start ecosystem.config.js --env dev | qa | prod`. What differs between
 * machines (database, keys, addresses of the peers) comes from the environment of the one who starts.
 */
const PORTS = { gateway: 8080, user: 3001, order: 3002, billing: 3003, 'tenant-data': 3004 };

// Restarts never end, they only grow rarer: a database that is away for an hour must not leave services down for good.
const restarts = { max_restarts: 1_000_000, min_uptime: 200, exp_backoff_restart_delay: 50 };

// A service says when it serves, and gets the time that its drain takes (20 s at most) before it is killed.
const lifecycle = { wait_ready: true, listen_timeout: 15_000, kill_timeout: 25_000 };

const deployed = (name) => ({ NODE_ENV: 'production', APP_ENV: name });

// One file for each process, in a folder where deploy/logrotate keeps them small; SHARED is what pm2 keeps beside the code.
const { SHARED, LOG_DIR = SHARED && `${SHARED}/logs` } = process.env;
const logs = (name) => (LOG_DIR ? { out_file: `${LOG_DIR}/${name}.log`, error_file: `${LOG_DIR}/${name}.log` } : {});

const app = (name, service, script) => ({
  name,
  script,
  cwd: __dirname,
  merge_logs: true,
  vizion: false,
  pmx: false,
  ...logs(name),
  ...restarts,
  ...lifecycle,
  env: { SERVICE_NAME: service },
  env_dev: deployed('dev'),
  env_qa: deployed('qa'),
  env_prod: deployed('prod'),
});

/** Cluster mode even for one instance: only so does pm2 start the new one before it stops the old one. */
const httpService = (name) => {
  const service = app(name, name, `services/${name}/dist/server.js`);
  return {
    ...service,
    namespace: 'services',
    exec_mode: 'cluster',
    instances: process.env.WEB_CONCURRENCY || 1,
    env: { ...service.env, PORT: PORTS[name] },
  };
};

const worker = (name, service, script) => ({
  ...app(name, service, script),
  namespace: 'workers',
  exec_mode: 'fork',
  instances: 1,
});

// Who deploys says where to and from where; the machines need git, Node and a key of the repository, nothing else.
const { DEPLOY_HOSTS = '', DEPLOY_USER = 'polycloud', DEPLOY_PATH = '/srv/polycloud' } = process.env;
const { DEPLOY_REF, DEPLOY_REPOSITORY, DEPLOY_SERVICES = '' } = process.env;

/** `pm2 deploy ecosystem.config.js dev | qa | prod`: fetches the code on each machine and lets its processes take it over. */
const deployment = (name) => ({
  user: DEPLOY_USER,
  host: DEPLOY_HOSTS.split(',').filter(Boolean),
  ref: DEPLOY_REF || 'origin/main',
  repo: DEPLOY_REPOSITORY,
  path: DEPLOY_PATH,
  'post-deploy': `npm run take-over -- ${name} ${DEPLOY_SERVICES.split(/[\s,]+/).join(' ')}`.trim(),
});

module.exports = {
  deploy: Object.fromEntries(['dev', 'qa', 'prod'].map((name) => [name, deployment(name)])),
  apps: [...Object.keys(PORTS).map(httpService), worker('order-worker', 'order', 'services/order/dist/worker.js')],
};
