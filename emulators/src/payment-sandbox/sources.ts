import type { ChargeStatus } from './charge';

/** How a charge made with a source ends, and how oddly the gateway behaves around it. */
interface SourceBehaviour {
  status: ChargeStatus;
  declineCode?: string;
  /** Only the first answer misbehaves: whoever repeats the request is answered. */
  answer?: 'never' | 'error';
  webhook?: 'first' | 'doubled' | 'disordered';
}

const SOURCES: Record<string, SourceBehaviour> = {
  tok_ok: { status: 'succeeded' },
  tok_declined: { status: 'failed', declineCode: 'card_declined' },
  tok_insufficient_funds: { status: 'failed', declineCode: 'insufficient_funds' },
  tok_requires_action: { status: 'requires_action' },
  tok_timeout: { status: 'succeeded', answer: 'never' },
  tok_error_after_charge: { status: 'succeeded', answer: 'error' },
  tok_webhook_first: { status: 'succeeded', webhook: 'first' },
  tok_webhook_doubled: { status: 'succeeded', webhook: 'doubled' },
  tok_webhook_disordered: { status: 'succeeded', webhook: 'disordered' },
};

/** The behaviour of a source, or undefined for one that the gateway does not know. */
export const behaviourOf = (source: string): SourceBehaviour | undefined =>
  Object.hasOwn(SOURCES, source) ? SOURCES[source] : undefined;
