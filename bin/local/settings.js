'use strict';
const { inLocal, localDir, readJson, writeJson } = require('./layout');
const { Failure } = require('./failure');
const { choosePorts } = require('./ports');
const { makeSecrets, readSecrets } = require('./secrets');

const file = () => inLocal('settings.json');

/** What the stack was last started with: { ports, database, events, complete }; undefined before its first start. */
const readSettings = () => readJson(file());

/** Adds to the settings, for the processes that pm2 starts from now on. */
function keepSettings(changes) {
  const settings = { ...readSettings(), ...changes };
  writeJson(file(), settings);
  return settings;
}

/** A server named by DATABASE_HOST is used as it is; otherwise the stack has one of its own. */
function chooseDatabase(environment, ports) {
  const { DATABASE_HOST: host, DATABASE_PORT: port } = environment;
  return host ? { given: true, host, port: Number(port || 3306) } : { given: false, host: '127.0.0.1', port: ports.database };
}

/** Decides ports and database of this start, makes missing secrets, and keeps both: { dir, settings, secrets }. */
function prepareStack() {
  const ports = choosePorts(process.env.PORT_BASE, readSettings()?.ports);
  const settings = keepSettings({ complete: false, ports, database: chooseDatabase(process.env, ports) });
  return { dir: localDir, settings, secrets: makeSecrets(localDir) };
}

/** The stack as it was started: { dir, settings, secrets }. Fails before the first start. */
function openStack() {
  const settings = readSettings();
  const secrets = readSecrets(localDir);
  if (!settings || !secrets) throw new Failure('There is no local stack here yet', 'npm start');
  return { dir: localDir, settings, secrets };
}

module.exports = { readSettings, keepSettings, chooseDatabase, prepareStack, openStack };
