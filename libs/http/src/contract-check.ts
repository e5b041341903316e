import { answerHeaders, AppError, type Endpoint, type ErrorCode, failureHeaders, headersOf, Paged } from '@polycloud/contracts';
import { Reply, StreamReply } from './reply';

/** Failures that any endpoint may answer without naming them. */
const ANYWHERE: readonly ErrorCode[] = [
  'MALFORMED_JSON',
  'VALIDATION_FAILED',
  'NOT_AUTHENTICATED',
  'FORBIDDEN',
  'PAYLOAD_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
  'RATE_LIMITED',
  'INTERNAL',
  'UPSTREAM_FAILED',
  'UNAVAILABLE',
  'UPSTREAM_TIMEOUT',
];

/**
 * Runs a handler and holds what it answers, and what it fails with, to its contract. A departure throws, and so becomes
 * a 500 that no test overlooks. For tests: production trusts what they have shown.
 */
export async function keptToContract<T>(endpoint: Endpoint, run: () => Promise<T> | T): Promise<T> {
  try {
    const kept = await run();
    checkAnswer(endpoint, kept);
    return kept;
  } catch (error) {
    if (error instanceof AppError) checkFailure(endpoint, error);
    throw error;
  }
}

function checkAnswer(endpoint: Endpoint, answer: unknown): void {
  if (answer instanceof StreamReply) return;
  const { data, options } = answer instanceof Reply ? (answer as Reply) : new Reply(answer);
  if (options.status === 304 || options.status === 204) return;
  for (const name of headersOf(endpoint)) {
    if (answerHeaders[name].always && options.headers?.[name] === undefined) throw departure(endpoint, `it lacks ${name}`);
  }
  if (!endpoint.returns) return refuseData(endpoint, data);
  const value = data instanceof Paged ? (data.items as unknown) : data;
  // What counts is what the client reads, so a Date is looked at as the text that it becomes.
  const read = value === undefined ? undefined : (JSON.parse(JSON.stringify(value)) as unknown);
  const { error } = endpoint.returns.required().validate(read, { convert: false, abortEarly: false });
  if (error) throw departure(endpoint, error.message);
  if (data instanceof Paged && !endpoint.paged) throw departure(endpoint, 'a page was not promised');
}

function refuseData(endpoint: Endpoint, data: unknown): void {
  if (data !== undefined && data !== null) throw departure(endpoint, 'no data was promised');
}

function checkFailure(endpoint: Endpoint, { code, headers }: AppError): void {
  const header = failureHeaders[code];
  if (header && headers[header] === undefined) throw departure(endpoint, `${code} lacks ${header}`);
  if (!ANYWHERE.includes(code) && !endpoint.fails?.includes(code)) throw departure(endpoint, `it does not name ${code}`);
}

const departure = ({ method, path }: Endpoint, why: string) =>
  new Error(`The answer of ${method} ${path} departs from its contract: ${why}`);
