import type { EventEmitter } from 'node:events';

const STREAMS = 'streams-events';

/** Says that a response has become a stream of events, which may stay open for long without work. */
export const streamsEvents = (response: EventEmitter): void => void response.emit(STREAMS);

/** Calls `leave` once, when the response has ended or has become a stream of events. */
export function onceWorkEnds(response: EventEmitter, leave: () => void): void {
  let ended = false;
  const end = () => {
    if (!ended) leave();
    ended = true;
  };
  response.once('close', end).once(STREAMS, end);
}
