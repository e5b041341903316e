/** A place from which a dataset can be read on: the row with the number `row` (from 0) begins at byte `offset`, in line `line`. */
export interface Checkpoint {
  row: number;
  offset: number;
  line: number;
}

/** The JSON form of a `RowIndex`: place `i` is `[offset, line]` of row `i * every`. */
export interface SerializedRowIndex {
  every: number;
  columns?: string[];
  places: [offset: number, line: number][];
}

/**
 * Places of every n-th row of one version of a dataset, gathered while it is read in order; n doubles rather than that the
 * index outgrows its limit.
 */
export class RowIndex {
  /** The header of a CSV dataset, once read: needed to read on from a checkpoint. */
  columns: string[] | undefined;
  private places: SerializedRowIndex['places'] = [];

  /** @param every rows between two checkpoints. @param limit checkpoints held at most. */
  constructor(
    private every = 1000,
    private readonly limit = 10_000,
  ) {}

  /** Restores what `toJSON` gave. */
  static from({ every, columns, places }: SerializedRowIndex, limit?: number): RowIndex {
    const index = new RowIndex(every, limit);
    index.columns = columns;
    index.places = places.map(([offset, line]) => [offset, line]);
    return index;
  }

  /** Notes a row if it is the next one due; rows known already and rows beyond a gap are left aside. */
  add({ row, offset, line }: Checkpoint): void {
    if (row !== this.places.length * this.every) return;
    this.places.push([offset, line]);
    if (this.places.length <= this.limit) return;
    this.places = this.places.filter((_, number) => number % 2 === 0);
    this.every *= 2;
  }

  /** The last known checkpoint at or before a row; without any, the beginning of the dataset. */
  nearest(row: number): Checkpoint {
    const number = Math.min(Math.floor(row / this.every), this.places.length - 1);
    const place = this.places[number];
    if (!place) return { row: 0, offset: 0, line: 1 };
    return { row: number * this.every, offset: place[0], line: place[1] };
  }

  /** A copy for storage. */
  toJSON(): SerializedRowIndex {
    return { every: this.every, columns: this.columns, places: [...this.places] };
  }
}
