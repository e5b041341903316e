/* eslint-disable @typescript-eslint/no-require-imports -- single files of the package bear no types */
/**
 * The HTTP clients of undici. Its main file brings fetch, WebSocket, caches and mocks too, and has Node load its own copy of
 * fetch: 50 ms of each start, for nothing that a service uses.
 */
import type * as undici from 'undici';

export const Pool = require('undici/lib/dispatcher/pool') as typeof undici.Pool;
export const Client = require('undici/lib/dispatcher/client') as typeof undici.Client;
export const buildConnector = require('undici/lib/core/connect') as typeof undici.buildConnector;

const dispatcher = require('undici/lib/dispatcher/dispatcher') as typeof undici.Dispatcher;
// As its main file does: `request` and the like are methods of every client.
Object.assign(dispatcher.prototype, require('undici/lib/api'));

export type Pool = undici.Pool;
export type Connector = undici.buildConnector.connector;
export type DispatchOptions = undici.Dispatcher.DispatchOptions;
export type DispatchHandler = undici.Dispatcher.DispatchHandler;
export type DispatchController = undici.Dispatcher.DispatchController;
