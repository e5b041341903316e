import { AmountNotRepresentable, exponentOf, type Money } from '../../money';

const MOST_DIGITS = 8;
/** Currencies without decimals that Stripe nevertheless takes in hundredths. */
const IN_HUNDREDTHS = new Set(['ISK', 'UGX']);
/** Has two decimals by ISO 4217, and none at Stripe. */
const IN_WHOLES = new Set(['MGA']);

/** The number that Stripe calls the amount. Throws AmountNotRepresentable. */
export function toStripeAmount({ amount, currency }: Money): number {
  // The last decimal of three must be zero: cards carry two.
  const step = exponentOf(currency) === 3 ? 10 : IN_WHOLES.has(currency) ? 100 : 1;
  const sent = IN_HUNDREDTHS.has(currency) ? amount * 100 : IN_WHOLES.has(currency) ? amount / 100 : amount;
  const isWritable = Number.isSafeInteger(amount) && amount > 0 && amount % step === 0 && String(sent).length <= MOST_DIGITS;
  if (!isWritable) throw new AmountNotRepresentable(`Stripe cannot charge ${amount} minor units of ${currency}`);
  return sent;
}

/** The reverse of toStripeAmount, for what Stripe answers (`currency` in its lower case). */
export function fromStripeAmount(amount: number, lowerCase: string): Money {
  const currency = lowerCase.toUpperCase();
  if (IN_HUNDREDTHS.has(currency)) return { amount: amount / 100, currency };
  return { amount: IN_WHOLES.has(currency) ? amount * 100 : amount, currency };
}
