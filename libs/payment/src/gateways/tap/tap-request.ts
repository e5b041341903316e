import { PaymentError } from '../../payment-error';
import type { ChargeRequest, Customer } from '../../payment-gateway';
import { toTapAmount } from './tap-objects';

/** Calling codes of one and two digits; all others have three. */
const E164 = /^\+(1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|\d{3})(\d{4,12})$/;

/** The body of a new charge. Throws INVALID_REQUEST for what Tap demands and the request lacks. */
export function chargeBody(request: ChargeRequest): object {
  const { attemptId, orderRef, amount, source, returnUrl, webhookUrl, customer } = request;
  if (!returnUrl || !customer) throw refusal('Tap needs a returnUrl and a customer');
  return {
    amount: toTapAmount(amount),
    currency: amount.currency,
    customer_initiated: true,
    threeDSecure: true,
    save_card: false,
    reference: { transaction: attemptId, order: orderRef, idempotent: attemptId },
    customer: tapCustomer(customer),
    source: { id: source },
    redirect: { url: returnUrl },
    ...(webhookUrl && { post: { url: webhookUrl } }),
  };
}

function tapCustomer({ name, email, phone }: Customer): object {
  if (phone === undefined) return { first_name: name, email };
  const match = E164.exec(phone);
  if (!match) throw refusal('The phone of the customer must be E.164');
  return { first_name: name, email, phone: { country_code: match[1], number: match[2] } };
}

const refusal = (message: string) => new PaymentError('INVALID_REQUEST', message, { gateway: 'tap', operation: 'charge' });
