'use strict';
const fs = require('node:fs');
const path = require('node:path');
const { openTemporaryServer, freePort } = require('../bin/local/database-server');
const { sdk } = require('../bin/local/clouds');
const { databaseName, emulatorEnvironment, serviceEnvironment, urlOf, DEMO_REGION } = require('../bin/local/environment');
const { makeEventChannel } = require('../bin/local/events');
const { inRoot } = require('../bin/local/layout');
const { makeSecrets } = require('../bin/local/secrets');
const { DATABASE_OWNERS, SERVICES, WORKERS } = require('../bin/local/parts');
const { Program, usageOf } = require('./program');

const EMULATORS = ['aws', 'payment-sandbox'];
const BUCKET = 'bench';
/** Production keeps what is read often in memory; so does the server that is measured. */
const BUFFER_POOL_MIB = 2048;

/** Every service as a process of its own, from the build, on a database server and emulators that belong to this run. */
class House {
  constructor(dir, server) {
    this.dir = dir;
    this.server = server;
    this.programs = new Map();
  }

  static async open(report) {
    const server = await openTemporaryServer({ parent: inRoot('.local-test'), report });
    const house = new House(inRoot('.local-test', `run-${process.pid}`), server);
    try {
      await house.prepare();
      return house;
    } catch (error) {
      await house.close();
      throw error;
    }
  }

  url(name) {
    return urlOf(this.stack.settings.ports[name]);
  }

  program(name) {
    return this.programs.get(name);
  }

  /** Starts a service or worker from the build and waits until it serves. `changes`: { as, core, env }. */
  async start(service, { as = service, core, env } = {}) {
    const script = WORKERS.find(({ name }) => name === service)?.script ?? `services/${service}/dist/server.js`;
    // Nobody works orders off while it is measured how fast they are taken.
    const bounds = { RATE_LIMIT_FACTOR: '1000000', ORDER_BACKLOG_LIMIT: '1000000' };
    const settings = { LOG_LEVEL: 'info', ACCESS_TOKEN_SECONDS: '900', ...bounds, ...env };
    return this.run(as, { script: inRoot(script), core, env: { ...this.environmentOf(service), ...settings } });
  }

  /** What `npm start` would give the service. */
  environmentOf(service) {
    return serviceEnvironment(service, this.stack);
  }

  /** Runs any program as part of the house: { script, env, core }. */
  async run(name, { script, env, core }) {
    const program = new Program({ name, script, env, core, logFile: path.join(this.dir, `${name}.log`) });
    this.programs.set(name, program);
    await program.ready;
    return program;
  }

  async stop(...names) {
    await Promise.all(names.map((name) => this.programs.get(name)?.stop()));
    names.forEach((name) => this.programs.delete(name));
  }

  /** Memory and processor time of the database server until now. */
  databaseUsage() {
    return usageOf(Number(fs.readFileSync(path.join(this.dir, 'database.pid'), 'utf8')));
  }

  /** A schema with all changes of a service: the environment that leads a program to it. */
  async makeSchema(service, database = databaseName(service)) {
    const { provision, migrate } = require(inRoot('libs', 'database', 'dist', 'migrator'));
    const password = this.stack.secrets.databasePasswords[service];
    await provision(this.admin, { service, database, user: database, password });
    await migrate(this.admin, { service, database, folder: inRoot('db-changes', service) });
    return { DATABASE_NAME: database, DATABASE_USER: database, DATABASE_PASSWORD: password };
  }

  async close() {
    await this.stop(...this.programs.keys());
    await this.admin?.end();
    await this.server.close();
  }

  async prepare() {
    fs.mkdirSync(this.dir, { recursive: true });
    const names = [...SERVICES, ...EMULATORS, 'google', 'azure', 'inference'];
    const ports = Object.fromEntries(await Promise.all(names.map(async (name) => [name, await freePort()])));
    this.stack = {
      dir: this.dir,
      secrets: makeSecrets(this.dir),
      settings: { ports, database: { host: '127.0.0.1', port: this.server.port } },
    };
    const { createConnection } = require('mysql2/promise');
    this.admin = await createConnection({ socketPath: this.server.socketPath, user: this.server.user, multipleStatements: true });
    await this.admin.query(`SET GLOBAL innodb_buffer_pool_size = ${BUFFER_POOL_MIB} * 1024 * 1024`);
    for (const service of DATABASE_OWNERS) await this.makeSchema(service);
    await Promise.all(EMULATORS.map((name) => this.startEmulator(name)));
    this.stack.settings.events = await makeEventChannel(this.stack);
    await this.makeBucket();
  }

  startEmulator(name) {
    const dataDir = path.join(this.dir, name);
    return this.run(name, {
      script: inRoot('emulators', 'dist', name, 'server.js'),
      env: emulatorEnvironment(name, this.stack, dataDir),
    });
  }

  async makeBucket() {
    const { S3Client, CreateBucketCommand } = sdk('cloud', '@aws-sdk/client-s3');
    const { region, bucket, endpoint, ...credentials } = this.connection();
    const client = new S3Client({ region, endpoint, forcePathStyle: true, credentials });
    await client.send(new CreateBucketCommand({ Bucket: bucket }));
    client.destroy();
  }

  /** What PUT /user/cloud takes for the emulator of this house. */
  connection() {
    return { region: DEMO_REGION, bucket: BUCKET, ...this.stack.secrets.tenants, endpoint: this.url('aws') };
  }
}

module.exports = { House };
