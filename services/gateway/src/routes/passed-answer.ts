import type { IncomingHttpHeaders } from 'node:http';
import { streamsEvents } from '@polycloud/http';
import type { Response } from 'express';
import type { Dispatcher } from 'undici';
import { answerHeaders } from './passed-headers';

/** Hands a service's answer on to the client as it comes, and no faster than he takes it. */
export class PassedAnswer implements Dispatcher.DispatchHandler {
  /** @param failed is told why there is no answer; one that was begun already is broken off instead. */
  constructor(
    private readonly response: Response,
    private readonly failed: (error: Error) => void,
  ) {}

  onRequestStart(controller: Dispatcher.DispatchController): void {
    const closed = () => {
      // Who went away needs no answer any more.
      if (!this.response.writableFinished) controller.abort(new Error('the client went away'));
    };
    if (this.response.destroyed) closed();
    else this.response.once('close', closed);
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    // Only hints may come before the answer itself.
    if (status < 200) return;
    answerHeaders(this.response.status(status), headers);
    if (headers['content-type']?.startsWith('text/event-stream')) streamsEvents(this.response);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.response.write(chunk)) return;
    controller.pause();
    this.response.once('drain', () => controller.resume());
  }

  onResponseEnd(): void {
    this.response.end();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (this.response.headersSent || this.response.destroyed) this.response.destroy();
    else this.failed(error);
  }
}
