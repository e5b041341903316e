/** An amount in integer minor units of an ISO 4217 currency: `{ amount: 1250, currency: 'KWD' }` is 1.250 KWD. */
export interface Money {
  amount: number;
  currency: string;
}

/** An amount that its currency, or a gateway's way of writing it, cannot express. */
export class AmountNotRepresentable extends RangeError {
  constructor(message: string) {
    super(message);
    this.name = 'AmountNotRepresentable';
  }
}

const CURRENCIES_BY_EXPONENT: Record<number, string> = {
  0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF',
  2: `AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC
    CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD
    KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO
    NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL
    THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VES WST XCD YER ZAR ZMW`,
  3: 'BHD IQD JOD KWD LYD OMR TND',
};

const EXPONENTS = new Map(
  Object.entries(CURRENCIES_BY_EXPONENT).flatMap(([exponent, codes]) =>
    codes.split(/\s+/).map((code): [string, number] => [code, Number(exponent)]),
  ),
);

/** How many decimals the currency has. Throws AmountNotRepresentable for a code that is no current ISO 4217 currency. */
export function exponentOf(currency: string): number {
  const exponent = EXPONENTS.get(currency);
  if (exponent === undefined) throw new AmountNotRepresentable(`${currency} is not a currency of ISO 4217`);
  return exponent;
}

/** The amount in major units with all decimals of its currency: 12340 KWD is `12.340`. */
export function toMajorString({ amount, currency }: Money): string {
  const exponent = exponentOf(currency);
  if (!Number.isSafeInteger(amount)) throw new AmountNotRepresentable(`${amount} is no integer of minor units`);
  const digits = String(Math.abs(amount)).padStart(exponent + 1, '0');
  const sign = amount < 0 ? '-' : '';
  const whole = sign + digits.slice(0, digits.length - exponent);
  return exponent === 0 ? whole : `${whole}.${digits.slice(-exponent)}`;
}

/** Reads major units; decimals beyond the currency's own must be zeros. Throws AmountNotRepresentable otherwise. */
export function fromMajorString(major: string, currency: string): Money {
  const exponent = exponentOf(currency);
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(major);
  const decimals = match?.[3] ?? '';
  const isExact = match !== null && /^0*$/.test(decimals.slice(exponent));
  const amount = isExact ? Number(`${match[1]}${match[2]}${decimals.slice(0, exponent).padEnd(exponent, '0')}`) : NaN;
  if (!Number.isSafeInteger(amount)) throw new AmountNotRepresentable(`${major} is no amount of ${currency}`);
  return { amount: amount === 0 ? 0 : amount, currency };
}
