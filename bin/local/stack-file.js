'use strict';
const { inLocal, readJson } = require('./layout');
const { Failure } = require('./failure');
const { cloudConnections } = require('./clouds');
const { databaseName, urlOf } = require('./environment');
const { SERVICES, DATABASE_OWNERS } = require('./parts');

const stackFile = () => inLocal('stack.json');

/** What people and tools need to talk to the running stack. */
function describeStack(stack, clouds = cloudConnections(stack)) {
  const { settings, secrets } = stack;
  const services = SERVICES.filter((name) => name !== 'gateway');
  return {
    gateway: urlOf(settings.ports.gateway),
    services: Object.fromEntries(services.map((name) => [name, urlOf(settings.ports[name])])),
    database: {
      host: settings.database.host,
      port: settings.database.port,
      users: Object.fromEntries(DATABASE_OWNERS.map((service) => [service, account(service, secrets)])),
    },
    clouds: Object.fromEntries(Object.entries(clouds).map(([cloud, connection]) => [cloud, { connection }])),
    demo: { users: Object.keys(clouds).map((cloud) => demoUser(cloud, secrets)), admin: secrets.admin },
  };
}

function account(service, { databasePasswords }) {
  const name = databaseName(service);
  return { user: name, password: databasePasswords[service], database: name };
}

const demoUser = (cloud, { demoPassword }) => ({
  email: `demo.${cloud.toLowerCase()}@polycloud.example`,
  password: demoPassword,
  cloud,
});

/** The description that the last start left; fails before the first one. */
function readStackFile() {
  const found = readJson(stackFile());
  if (!found) throw new Failure('There is no local stack here yet', 'npm start');
  return found;
}

module.exports = { describeStack, readStackFile, stackFile };
