/** Whole numbers appended one by one, in an array that doubles when it is full. */
export class GrowingIntegers {
  /** What was appended, then spare room; another array after an append that found it full. */
  items = new Int32Array(1024);
  length = 0;

  push(item: number): void {
    if (this.length === this.items.length) {
      const larger = new Int32Array(this.items.length * 2);
      larger.set(this.items);
      this.items = larger;
    }
    this.items[this.length++] = item;
  }

  /** A copy of what was appended. */
  toArray(): Int32Array {
    return this.items.slice(0, this.length);
  }
}
