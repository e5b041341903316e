'use strict';
const { describe, expect, it } = require('@jest/globals');
const { apps } = require('../../../ecosystem.config.js');

describe('the processes on a machine', () => {
  it('has one entry for each service and worker, with the three environments', () => {
    expect(apps.map(({ name }) => name).sort()).toEqual(['billing', 'gateway', 'order', 'order-worker', 'tenant-data', 'user']);
    for (const app of apps)
      expect([app.env_dev, app.env_qa, app.env_prod].map((env) => env.APP_ENV)).toEqual(['dev', 'qa', 'prod']);
  });

  it('reloads what listens in cluster mode, and runs workers one at a time', () => {
    for (const app of apps) expect(app.exec_mode).toBe(app.env.PORT ? 'cluster' : 'fork');
  });

  it('waits for readiness, leaves time for the drain, and never gives up restarting', () => {
    for (const app of apps)
      expect(app).toMatchObject({ wait_ready: true, kill_timeout: 25_000, listen_timeout: 15_000, max_restarts: 1_000_000 });
  });
});
