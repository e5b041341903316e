/** Keys in the order of their UTF-8 bytes, which S3 lists by; JavaScript would compare UTF-16 units. */
export class SortedKeys {
  private readonly keys: Buffer[] = [];

  add(key: string): void {
    const bytes = Buffer.from(key);
    const index = this.indexOf(bytes);
    if (!this.keys[index]?.equals(bytes)) this.keys.splice(index, 0, bytes);
  }

  delete(key: string): void {
    const bytes = Buffer.from(key);
    const index = this.indexOf(bytes);
    if (this.keys[index]?.equals(bytes)) this.keys.splice(index, 1);
  }

  /** Keys not smaller than `from`, in order. */
  *from(from: Buffer): Generator<string> {
    for (let index = this.indexOf(from); index < this.keys.length; index++) yield this.keys[index]!.toString();
  }

  /** Where the first key not smaller than these bytes is, or would be. */
  private indexOf(bytes: Buffer): number {
    let [low, high] = [0, this.keys.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.keys[middle]!.compare(bytes) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
