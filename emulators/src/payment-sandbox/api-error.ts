/** A refusal of the gateway: answered as `{ error: { code, message } }` with its HTTP status. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = 'ApiError';
  }
}

export const invalid = (message: string) => new ApiError(400, 'invalid_request', message);
export const notFound = (id: string) => new ApiError(404, 'not_found', `There is no charge ${id}`);
export const wrongState = (message: string) => new ApiError(409, 'invalid_state', message);
export const keyReused = (key: string) =>
  new ApiError(409, 'idempotency_key_reused', `The key ${key} was used before with another request`);
