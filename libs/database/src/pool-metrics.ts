import { Gauge } from '@polycloud/lean/prom-client';
import type { Sequelize } from 'sequelize';

interface Pool {
  available: number;
  using: number;
  waiting: number;
}

const pools = new Set<Sequelize>();

new Gauge({
  name: 'database_pool_connections',
  help: 'Connections to the database by what they do; waiting counts requests that wait for one',
  labelNames: ['state'],
  collect() {
    const now = [...pools].map(poolOf);
    for (const state of ['available', 'using', 'waiting'] as const)
      this.set(
        { state },
        now.reduce((sum, pool) => sum + pool[state], 0),
      );
  },
});

const poolOf = (sequelize: Sequelize) => (sequelize as unknown as { connectionManager: { pool: Pool } }).connectionManager.pool;

/** Shows the use of this pool together with that of the process' others. */
export const showPool = (sequelize: Sequelize): void => void pools.add(sequelize);
