'use strict';
const { createPublicKey } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { freePort } = require('../bin/local/database-server');
const { databaseName, urlOf } = require('../bin/local/environment');
const { inRoot } = require('../bin/local/layout');
const { buildNest } = require('./comparators/install');
const { House } = require('./house');
const { Resident } = require('./resident');

/** The core of what is measured; the load has the other, database and peers run where there is room. */
const SERVER_CORE = 0;
const DATASET = 'penguins.csv';
const PAGE = `/data?dataset=${DATASET}&limit=5`;
const NEST_SCHEMA = 'bench_nest';

/** The house, a resident with a dataset, and the comparators beside it: all that the paths are measured on. */
class Neighbourhood {
  static async open(report) {
    const nest = buildNest(report);
    const house = await House.open(report);
    const neighbourhood = new Neighbourhood(house, nest);
    try {
      await neighbourhood.moveIn();
      return neighbourhood;
    } catch (error) {
      await house.close();
      throw error;
    }
  }

  constructor(house, nest) {
    this.house = house;
    this.nest = nest;
    this.urls = {};
  }

  /** Headers of the resident; taken anew before his token runs out. */
  headers = async () => this.resident.authorization();

  /** Runs a comparator: { name, script, env }; its address is then among `urls`. */
  async invite({ name, script, env }) {
    const port = await freePort();
    this.urls[name] = urlOf(port);
    await this.house.run(name, { script, core: SERVER_CORE, env: { PORT: String(port), ...env } });
  }

  async moveIn() {
    const { house } = this;
    await Promise.all(['user', 'billing'].map((service) => house.start(service)));
    await Promise.all(['order', 'tenant-data', 'gateway'].map((service) => house.start(service, { core: SERVER_CORE })));
    this.resident = await Resident.register(house.url('user'), house.connection());
    await this.resident.upload(house.url('tenant-data'), DATASET, fs.readFileSync(inRoot('data', DATASET)));
    const { data } = await this.resident.at(house.url('tenant-data')).get(PAGE);
    const BENCH_DATA = JSON.stringify(data);
    await this.invite({ name: 'node-http', script: comparator('node-http.js'), env: { BENCH_DATA } });
    await this.invite({ name: 'express', script: comparator('express.js'), env: { BENCH_DATA } });
    await this.invite({ name: 'bare-hop', script: comparator('bare-hop.js'), env: { BENCH_TARGET: house.url('tenant-data') } });
    await this.inviteNest();
  }

  async inviteNest() {
    const { house } = this;
    const { keys } = await (await fetch(`${house.url('user')}/.well-known/jwks.json`)).json();
    await house.admin.query(`CREATE DATABASE ${NEST_SCHEMA} CHARACTER SET utf8mb4`);
    await house.admin.query(`GRANT ALL ON ${NEST_SCHEMA}.* TO '${databaseName('order')}'@'127.0.0.1'`);
    const env = {
      ...house.environmentOf('order'),
      DATABASE_NAME: NEST_SCHEMA,
      SERVICE_KEY: fs.readFileSync(house.environmentOf('order').SERVICE_KEY_FILE, 'utf8'),
      JWT_PUBLIC_KEY: createPublicKey({ key: keys[0], format: 'jwk' }).export({ type: 'spki', format: 'pem' }),
      DATASETS: inRoot('data'),
      NODE_ENV: 'production',
    };
    delete env.PORT;
    await this.invite({ name: 'nest', script: this.nest, env });
    await this.invite({ name: 'nest-parsed-key', script: this.nest, env: { ...env, JWT_KEY_PARSED: 'true' } });
  }

  close() {
    return this.house.close();
  }
}

const comparator = (file) => path.join(__dirname, 'comparators', file);

module.exports = { Neighbourhood, SERVER_CORE, PAGE };
