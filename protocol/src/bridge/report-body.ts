// The body of a report in the pieces in which it arrived. They are written to disk without joining them.

// Smaller pieces are joined, so that a sender of many tiny pieces costs little memory.
const smallBytes = 4_096;
const maxSmallPieces = 1_024;

export class ReportBody {
  readonly #pieces: Uint8Array[] = [];
  readonly #small: Uint8Array[] = [];
  #length = 0;

  /** A body of these pieces, without copying them. */
  static of(...pieces: readonly Uint8Array[]): ReportBody {
    const body = new ReportBody();
    for (const piece of pieces) body.add(piece);
    return body;
  }

  /** Length in bytes. */
  get length(): number {
    return this.#length;
  }

  /** All pieces. They belong to the body until they are moved elsewhere. */
  get pieces(): readonly Uint8Array[] {
    this.#gather();
    return this.#pieces;
  }

  /** Adds a piece. */
  add(piece: Uint8Array): void {
    this.#length += piece.length;
    if (piece.length < smallBytes) {
      this.#small.push(piece);
      if (this.#small.length === maxSmallPieces) this.#gather();
      return;
    }
    this.#gather();
    this.#pieces.push(piece);
  }

  /** A copy of the first and the last bytes, joined; of the whole body if it is not longer. */
  edges(first: number, last: number): Buffer {
    if (this.#length <= first + last) return Buffer.concat(this.pieces);
    return Buffer.concat([...this.#begin(first), ...this.#end(last)]);
  }

  #begin(bytes: number): Uint8Array[] {
    const found: Uint8Array[] = [];
    let left = bytes;
    for (let i = 0; left > 0; i++) {
      const part = this.pieces[i]?.subarray(0, left) ?? new Uint8Array(left);
      found.push(part);
      left -= part.length;
    }
    return found;
  }

  #end(bytes: number): Uint8Array[] {
    const found: Uint8Array[] = [];
    let left = bytes;
    for (let i = this.pieces.length - 1; left > 0; i--) {
      const part = this.pieces[i]?.subarray(-left) ?? new Uint8Array(left);
      found.unshift(part);
      left -= part.length;
    }
    return found;
  }

  /** A copy of the whole body. */
  whole(): Buffer {
    return Buffer.concat(this.pieces);
  }

  #gather(): void {
    if (this.#small.length > 0) this.#pieces.push(Buffer.concat(this.#small.splice(0)));
  }
}
