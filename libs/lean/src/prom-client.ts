/* eslint-disable @typescript-eslint/no-require-imports -- single files of the package bear no types */
/**
 * The metrics of prom-client. Its main file brings the push gateway, the cluster and Node's own numbers too, and with those
 * the API of OpenTelemetry: 35 ms of each start.
 */
import type * as prom from 'prom-client';

export const Counter = require('prom-client/lib/counter') as typeof prom.Counter;
export const Gauge = require('prom-client/lib/gauge') as typeof prom.Gauge;
export const Histogram = require('prom-client/lib/histogram') as typeof prom.Histogram;
export const Registry = require('prom-client/lib/registry') as typeof prom.Registry & { globalRegistry: prom.Registry };
/** What libraries count for the whole process. */
export const register = Registry.globalRegistry;

export type Counter<L extends string = string> = prom.Counter<L>;
export type Gauge<L extends string = string> = prom.Gauge<L>;
export type Histogram<L extends string = string> = prom.Histogram<L>;
/** A histogram with its labels given already. */
export type Observer<L extends string = string> = prom.Histogram.Internal<L>;
export type Registry = prom.Registry;
