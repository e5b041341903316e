const WHOLE = 10_000n;

/** The tax that a gross amount contains at a rate in basis points: minor units, half a unit rounded up. */
export function containedTax(gross: number, basisPoints: number): number {
  const whole = WHOLE + BigInt(basisPoints);
  // Integers of any size: the product may pass what a number holds exactly.
  return Number((BigInt(gross) * BigInt(basisPoints) * 2n + whole) / (whole * 2n));
}
