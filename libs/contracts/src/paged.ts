/** A page of a list, newest first. `nextCursor` is opaque and null at the end. */
export class Paged<T> {
  constructor(
    readonly items: T[],
    readonly nextCursor: string | null,
  ) {}
}
