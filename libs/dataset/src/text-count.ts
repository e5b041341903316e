/** How often a text stands in a column. */
export interface TextCount {
  value: string;
  count: number;
}

/** The `size` most frequent texts; ties by text, in the order of UTF-16 code units. */
export function mostFrequent(counts: Iterable<TextCount>, size: number): TextCount[] {
  return [...counts].sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1)).slice(0, size);
}
