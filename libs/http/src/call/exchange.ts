import type { Pool, DispatchController, DispatchHandler, DispatchOptions } from '@polycloud/lean/undici';
import type { PeerAnswer } from './answer';

/**
 * Sends a request and resolves to its whole answer, or rejects with a TimeoutError once so many milliseconds have passed. By the
 * pool's `dispatch`, since its `request` makes a stream and takes a signal for each answer: with short ones two fifths of the cost.
 */
export const exchange = (pool: Pool, request: DispatchOptions, ms: number): Promise<PeerAnswer> =>
  new Promise((resolve, reject) => pool.dispatch(request, new Exchange(ms, resolve, reject)));

class Exchange implements DispatchHandler {
  private readonly timer: NodeJS.Timeout;
  private readonly chunks: Buffer[] = [];
  private controller?: DispatchController;
  private expired?: Error;
  private status = 0;
  private headers: unknown;

  constructor(
    ms: number,
    private readonly resolve: (answer: PeerAnswer) => void,
    private readonly reject: (error: unknown) => void,
  ) {
    this.timer = setTimeout(() => this.expire(), ms).unref();
  }

  onRequestStart(controller: DispatchController): void {
    this.controller = controller;
    // It has waited for a free connection until nobody waited for it any more.
    if (this.expired) controller.abort(this.expired);
  }

  onResponseStart(_controller: DispatchController, status: number, headers: unknown): void {
    this.status = status;
    this.headers = headers;
  }

  onResponseData(_controller: DispatchController, chunk: Buffer): void {
    this.chunks.push(chunk);
  }

  onResponseEnd(): void {
    clearTimeout(this.timer);
    try {
      const text = Buffer.concat(this.chunks).toString();
      this.resolve({ status: this.status, headers: this.headers, body: text === '' ? undefined : (JSON.parse(text) as unknown) });
    } catch (error) {
      this.reject(error);
    }
  }

  onResponseError(_controller: DispatchController, error: Error): void {
    clearTimeout(this.timer);
    this.reject(error);
  }

  private expire(): void {
    this.expired = new DOMException('The time for it is up', 'TimeoutError');
    this.controller?.abort(this.expired);
    this.reject(this.expired);
  }
}
