'use strict';
const fs = require('node:fs');
const net = require('node:net');
const { Failure } = require('./failure');

const DEFAULT_PORTS = {
  gateway: 8080,
  user: 3001,
  order: 3002,
  billing: 3003,
  'tenant-data': 3004,
  'order-worker': 3005,
  database: 3307,
  aws: 4566,
  google: 4443,
  azure: 10_000,
  'payment-sandbox': 4570,
  inference: 4571,
};

const OFFSETS = {
  gateway: 0,
  user: 1,
  order: 2,
  billing: 3,
  'tenant-data': 4,
  'order-worker': 5,
  database: 10,
  aws: 11,
  google: 12,
  azure: 13,
  'payment-sandbox': 14,
  inference: 15,
};

const LISTENING = '0A';

/**
 * The port of every part. PORT_BASE moves them all; without it a stack keeps the ports it had before, because users'
 * cloud registrations and queue addresses remember them.
 */
function choosePorts(base, before) {
  if (base === undefined || base === '') return { ...DEFAULT_PORTS, ...before };
  const first = Number(base);
  if (!Number.isInteger(first) || first < 1024 || first > 65_535 - 15)
    throw new Failure(
      `PORT_BASE is ${base}, which is no usable port`,
      'give a number from 1024 to 65520, e.g. PORT_BASE=18080 npm start',
    );
  return Object.fromEntries(Object.entries(OFFSETS).map(([name, offset]) => [name, first + offset]));
}

/** Resolves to true when nothing listens on the loopback port. */
function isFree(port) {
  return new Promise((resolve) => {
    const probe = net.createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host: '127.0.0.1' }, () => probe.close(() => resolve(true)));
  });
}

/** The process that listens on a port: { pid, name }, or undefined when it belongs to another user and cannot be seen. */
function holderOf(port) {
  const sockets = new Set(['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) => listeningSockets(readOr(file, ''), port)));
  for (const pid of fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    if (openFiles(pid).some((target) => sockets.has(target)))
      return { pid: Number(pid), name: readOr(`/proc/${pid}/cmdline`, '').split('\0').join(' ').trim().slice(0, 120) };
  }
  return undefined;
}

/** From the text of /proc/net/tcp: the sockets that listen on a port, as they appear among a process's open files. */
function listeningSockets(text, port) {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return text
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[1]?.endsWith(suffix) && fields[3] === LISTENING)
    .map((fields) => `socket:[${fields[9]}]`);
}

function openFiles(pid) {
  try {
    return fs.readdirSync(`/proc/${pid}/fd`).map((fd) => readLinkOr(`/proc/${pid}/fd/${fd}`, ''));
  } catch {
    return []; // ended meanwhile, or another user's
  }
}

function readLinkOr(file, otherwise) {
  try {
    return fs.readlinkSync(file);
  } catch {
    return otherwise;
  }
}

function readOr(file, otherwise) {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return otherwise;
  }
}

/** One sentence about a taken port: who holds it. */
function describeHolder(name, port) {
  const holder = holderOf(port);
  return `port ${port} (${name}) is taken by ${holder ? `process ${holder.pid}: ${holder.name}` : "another user's process"}`;
}

module.exports = { DEFAULT_PORTS, choosePorts, isFree, holderOf, listeningSockets, describeHolder };
