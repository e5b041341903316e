/** A request to a machine-learning service; all of them speak JSON over HTTP. */
export interface JsonRequest {
  method: 'GET' | 'POST' | 'DELETE';
  url: string;
  headers?: Record<string, string>;
  body?: string;
  signal: AbortSignal;
}

/** An answer that is not a success, or not JSON. */
export class HttpFailure extends Error {
  constructor(
    readonly status: number,
    readonly headers: Headers,
    readonly text: string,
  ) {
    super(`HTTP ${status}`);
  }

  /** The body as JSON; an empty object when it is none, such as a proxy's HTML page. */
  get json(): Record<string, unknown> {
    return (asObject(this.text) as Record<string, unknown> | undefined) ?? {};
  }
}

function asObject(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === 'object' ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Makes the request and parses the answer, undefined when it is empty. Throws HttpFailure. */
export async function sendJson(request: JsonRequest): Promise<unknown> {
  const { method, url, headers, body, signal } = request;
  // A redirect could lead the credentials to a host that nobody allowed.
  const response = await fetch(url, { method, headers, body, signal, redirect: 'error' });
  const text = await response.text();
  const value = text === '' ? undefined : asObject(text);
  if (!response.ok || (text !== '' && value === undefined)) throw new HttpFailure(response.status, response.headers, text);
  return value;
}
