import type { PaymentSnapshot } from '@polycloud/payment';
import type { Decision, PaymentRow } from '../dao/payment.dao';
import type { Locked } from '../dao/order-account.dao';

const DAY = 86_400;
/** A gateway is asked about an open payment after 5 s, 30 s, 2 min, 10 min, 1 h, 6 h and then daily for a week: the pauses between. */
const PAUSES = [5, 25, 90, 480, 3_000, 18_000, DAY, DAY, DAY, DAY, DAY, DAY, DAY];

/** A gateway that knows nothing of an attempt after so long has never got it. */
const NEVER_ARRIVED_AFTER_MS = 120_000;

/** The pause after so many checks, seconds; null when there is nothing more to hope for. */
export const pauseAfter = (checks: number): number | null => PAUSES[checks] ?? null;

/** So long a call to a gateway counts as under way, seconds: an answer that has not come by then is not waited for any more. */
export const inFlightSeconds = (timeoutMs: number): number => (timeoutMs + 5_000) / 1000;

const FIRST_PAUSE = 5;
/** Hosted payment pages live for half an hour. */
const LAST_LOOK = 1_900;

export const isCaptured = ({ status }: Pick<PaymentRow, 'status'>): boolean =>
  status === 'succeeded' || status === 'partially_refunded' || status === 'refunded';

/** Whether the gateway has still to say how it ended. */
export const isOpen = ({ status }: Pick<PaymentRow, 'status'>): boolean =>
  status === 'pending' || status === 'unknown' || status === 'requires_action';

/** Whether the first call may still be running, at this instance or another. */
export const isInFlight = ({ status, reference, checks, nextCheckAt }: PaymentRow): boolean =>
  status === 'pending' && reference === null && checks === 0 && nextCheckAt !== null && nextCheckAt.getTime() > Date.now();

/** Money that was captured but pays nothing: the order was taken back, or another payment pays it. It goes back. */
export const isSurplus = ({ account, payment }: Pick<Locked, 'account' | 'payment'>): boolean =>
  isCaptured(payment) && (account.closedAt !== null || account.paymentId !== payment.paymentId);

/** What the gateway's own state makes of a payment. States only move forward; null when nothing is new. */
export function afterSnapshot(locked: Locked, snapshot: PaymentSnapshot): Decision | null {
  const { payment } = locked;
  const { reference } = snapshot;
  switch (snapshot.status) {
    case 'succeeded':
    case 'partially_refunded':
    case 'refunded':
      return isCaptured(payment) ? null : captured(locked, reference);
    case 'failed':
    case 'cancelled':
      if (isCaptured(payment) || (payment.status === 'failed' && payment.nextCheckAt === null)) return null;
      return { ...failed(locked, payment.declineReason ?? snapshot.decline?.reason ?? 'cancelled'), reference };
    case 'requires_action':
      if (!isOpen(payment)) return null;
      return { status: 'requires_action', reference, nextAction: snapshot.nextAction ?? null, checkInSeconds: checkIn(payment) };
    case 'pending':
      return isOpen(payment) ? { status: 'pending', reference, checkInSeconds: checkIn(payment) } : null;
  }
}

/** A payment whose answer was lost: the gateway is asked soon. */
export const unanswered = ({ payment }: Locked): Decision | null =>
  isOpen(payment) ? { status: 'unknown', checkInSeconds: FIRST_PAUSE } : null;

/** An attempt that its gateway refused, unless it is known by now to have ended otherwise. */
export const refused = (locked: Locked, declineReason: string): Decision | null =>
  isOpen(locked.payment) ? failed(locked, declineReason) : null;

/** An attempt that took no money and will not. */
function failed({ account, payment }: Locked, declineReason: string): Decision {
  const holdsPlace = account.paymentId === payment.paymentId;
  return { status: 'failed', declineReason, nextAction: null, checkInSeconds: null, ...(holdsPlace && { place: 'free' }) };
}

/** An attempt that we give up and its gateway cannot end: it is watched for a while longer. */
export const abandoned = (locked: Locked): Decision | null =>
  isOpen(locked.payment) ? { ...failed(locked, 'cancelled'), checkInSeconds: LAST_LOOK } : null;

/** An attempt that the gateway knows nothing of: dead when it has had its time, otherwise still open. */
export function missing(locked: Locked): Decision | null {
  const { payment } = locked;
  const isDead = Date.now() - payment.createdAt.getTime() > NEVER_ARRIVED_AFTER_MS;
  return isOpen(payment) && isDead ? failed(locked, 'never_arrived') : null;
}

function captured({ account, payment }: Locked, reference: string): Decision {
  const hasPlace = account.paymentId === null || account.paymentId === payment.paymentId;
  const pays = hasPlace && account.closedAt === null;
  const after = { status: 'succeeded', reference, nextAction: null, captured: true } as const;
  // What pays nothing is looked at again at once, and given back.
  return { ...after, checkInSeconds: pays ? null : 0, ...(hasPlace && { place: 'take' }), invoiced: pays };
}

const checkIn = (payment: PaymentRow): number => pauseAfter(payment.checks) ?? FIRST_PAUSE;
