import type { Infer, ServiceHealth, SystemStatus } from '@polycloud/contracts';

type Service = Infer<typeof ServiceHealth>;

const STYLE = `
  body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; color: #1f2328; }
  table { border-collapse: collapse; width: 100%; }
  th, td { text-align: left; padding: .5rem .75rem; border-bottom: 1px solid #d0d7de; vertical-align: top; }
  .pass { color: #116329; } .fail { color: #a40e26; font-weight: 600; } .figure { white-space: nowrap; }`;

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (text: string) => text.replace(/[&<>"']/g, (sign) => ESCAPES[sign] ?? '');

const WORDS = { pass: 'working', fail: 'failing' } as const;

/** The status of the system as a page for people; it asks again every ten seconds. */
export const statusPage = ({ status, services }: Infer<typeof SystemStatus>): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="10"><title>Polycloud: ${WORDS[status]}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>${STYLE}</style></head>
<body><h1>Polycloud is <span class="${status}">${WORDS[status]}</span></h1>
<table><thead><tr><th>Service</th><th>State</th><th>Parts</th><th>Figures</th></tr></thead>
<tbody>${services.map(rowOf).join('')}</tbody></table></body></html>`;

const rowOf = ({ service, status, checks, figures = {} }: Service) => `
<tr><th>${escaped(service)}</th><td class="${status}">${WORDS[status]}</td>
<td>${Object.entries(checks).map(partOf).join('<br>')}</td>
<td>${Object.entries(figures).map(figureOf).join('<br>')}</td></tr>`;

const partOf = ([name, { status, reason }]: [string, { status: string; reason?: string }]) =>
  `<span class="${status === 'pass' ? 'pass' : 'fail'}">${escaped(name)}${reason === undefined ? '' : `: ${escaped(reason)}`}</span>`;

const figureOf = ([name, value]: [string, number]) =>
  `<span class="figure">${escaped(name.replaceAll('_', ' '))}: ${Math.round(value * 10) / 10}</span>`;
