import type Joi from 'joi';
import { type Refusal, refusalsOf } from './production';
import { sourceSettings } from './settings';

/** A service's name and the schema of its settings. */
export type ServiceSettings = Record<string, Joi.ObjectSchema>;

interface Described {
  type?: string;
  flags?: { description?: string; default?: unknown; presence?: string };
  allow?: unknown[];
}

interface Row {
  services: string[];
  described: Described;
  refusal: Refusal | undefined;
}

const HEAD = ['Setting', 'Services', 'Default', 'Meaning'];

/** The settings of all services, and those that say where settings come from, as a Markdown table in alphabetical order. */
export function settingsTable(services: ServiceSettings): string {
  const rows = [...rowsOf(services)].sort(([one], [other]) => (one < other ? -1 : 1));
  const cells = rows.map(([name, row]) => [`\`${name}\``, servicesOf(row, services), defaultOf(row), meaningOf(row)]);
  return [HEAD, HEAD.map(() => '---'), ...cells].map((line) => `| ${line.join(' | ')} |`).join('\n');
}

function rowsOf(services: ServiceSettings): Map<string, Row> {
  const rows = new Map<string, Row>();
  for (const [service, own] of Object.entries(services)) {
    const schema = (sourceSettings as Joi.ObjectSchema).concat(own);
    const refusals = refusalsOf(schema);
    for (const [name, described] of Object.entries((schema.describe() as { keys: Record<string, Described> }).keys)) {
      const row = rows.get(name) ?? { services: [], described, refusal: refusals[name] };
      row.services.push(service);
      rows.set(name, row);
    }
  }
  return rows;
}

const servicesOf = ({ services }: Row, all: ServiceSettings) =>
  services.length === Object.keys(all).length ? 'all' : services.join(', ');

function defaultOf({ described: { flags = {} } }: Row): string {
  if (flags.presence === 'required') return '**required**';
  if (flags.default === undefined) return '';
  const shown = Array.isArray(flags.default) ? flags.default.join(',') : JSON.stringify(flags.default).replaceAll('"', '');
  return shown === '' ? 'none' : `\`${shown}\``;
}

function meaningOf({ described: { flags = {}, allow = [] }, refusal }: Row): string {
  const words = allow.filter((value) => typeof value === 'string' || typeof value === 'number');
  const choice = words.length > 0 ? `: ${words.map((word) => `\`${word}\``).join(', ')}` : '';
  const rule = refusal ? `. Refused in ${refusal.where === 'prod' ? 'prod' : 'production'}: ${refusal.reason}` : '';
  return `${flags.description ?? ''}${choice}${rule}`.replaceAll('|', '\\|');
}
