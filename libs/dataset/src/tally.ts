/** How often a text was counted, and how often it may have come before without being counted. */
export interface Tally {
  count: number;
  missed: number;
}

export type Tallies = ReadonlyMap<string, Tally>;

/** A text and how often it stands in a column. */
export interface TextCount {
  value: string;
  count: number;
}

/** The `size` most frequent texts by what was counted for certain; ties by text, in the order of UTF-16 code units. */
export function mostFrequent(tallies: Tallies, size: number): TextCount[] {
  const counts = Array.from(tallies, ([value, { count, missed }]) => ({ value, count: count - missed }));
  return counts.sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1)).slice(0, size);
}
