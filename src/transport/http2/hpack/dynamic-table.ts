/** What an entry counts beside its octets (RFC 7541 §4.1). */
const entryOverheadBytes = 32;

export function entryBytes(name: string, value: string): number {
  return name.length + value.length + entryOverheadBytes;
}

/**
 * The dynamic table of one direction (RFC 7541 §2.3.2): entries in the order in which they came, the oldest
 * evicted first. An entry's number counts from 0 up over the life of the table, so that it stays the same while
 * the index on the wire moves on.
 */
export class DynamicTable {
  /** A ring: entry `n` is at `n` modulo its length, a power of two. */
  #names: string[] = new Array<string>(64).fill("");
  #values: string[] = new Array<string>(64).fill("");
  #bytes = 0;
  #maxBytes: number;
  readonly #onEvict: ((name: string, value: string, entry: number) => void) | undefined;
  /** Number of the oldest entry. */
  first = 0;
  /** Number that the next entry will have. */
  next = 0;

  constructor(maxBytes: number, onEvict?: (name: string, value: string, entry: number) => void) {
    this.#maxBytes = maxBytes;
    this.#onEvict = onEvict;
  }

  get maxBytes(): number {
    return this.#maxBytes;
  }

  /** Entries that no longer fit go (RFC 7541 §4.3). */
  resize(maxBytes: number): void {
    this.#maxBytes = maxBytes;
    this.#evictDownTo(maxBytes);
  }

  /** An entry larger than the table empties it, and is no error (RFC 7541 §4.4). */
  add(name: string, value: string): void {
    const bytes = entryBytes(name, value);
    this.#evictDownTo(Math.max(0, this.#maxBytes - bytes));
    if (bytes > this.#maxBytes) return;
    if (this.next - this.first === this.#names.length) this.#grow();
    const at = this.next & (this.#names.length - 1);
    this.#names[at] = name;
    this.#values[at] = value;
    this.#bytes += bytes;
    this.next++;
  }

  has(entry: number): boolean {
    return entry >= this.first && entry < this.next;
  }

  name(entry: number): string {
    return this.#names[entry & (this.#names.length - 1)] ?? "";
  }

  value(entry: number): string {
    return this.#values[entry & (this.#values.length - 1)] ?? "";
  }

  #evictDownTo(bytes: number): void {
    while (this.#bytes > bytes) {
      const entry = this.first++;
      const at = entry & (this.#names.length - 1);
      const name = this.#names[at] ?? "";
      const value = this.#values[at] ?? "";
      this.#bytes -= entryBytes(name, value);
      this.#names[at] = "";
      this.#values[at] = "";
      this.#onEvict?.(name, value, entry);
    }
  }

  #grow(): void {
    const names = new Array<string>(this.#names.length * 2).fill("");
    const values = new Array<string>(names.length).fill("");
    for (let entry = this.first; entry < this.next; entry++) {
      names[entry & (names.length - 1)] = this.name(entry);
      values[entry & (names.length - 1)] = this.value(entry);
    }
    this.#names = names;
    this.#values = values;
  }
}
