/**
 * What each token starts the lowest layer's pre-activations with: bias and input product, which depend on the token
 * alone. A row is computed when its token is first met and kept, so that starting costs nothing and a step only a look.
 */
import { OptionError } from "../../errors.js";
import type { Arena } from "../../kernels/index.js";
import type { EncodedTexts } from "../network.js";
import type { PredictionDirection } from "./direction.js";
import type { PredictionKernels } from "./kernels.js";

/** Bytes that the table may take; where the whole vocabulary needs more, rows are forgotten when it is full. */
const tableBytes = 96 * 2 ** 20;

export class VocabularyTable {
  /** Pointers to [slot][gate words], one a direction. */
  readonly tables: readonly number[];
  readonly capacity: number;
  readonly #directions: readonly PredictionDirection[];
  readonly #embedding: number;
  /** [slot] the token that it belongs to. */
  readonly #ids: number;
  readonly #vocabularySize: number;

  /**
   * @param options.embedding pointer to the matrix of all tokens.
   * @param options.batchTokens tokens of one batch at most, all of which must find room.
   */
  constructor(
    arena: Arena,
    directions: readonly PredictionDirection[],
    options: { readonly embedding: number; readonly vocabularySize: number; readonly batchTokens: number },
  ) {
    this.#directions = directions;
    this.#embedding = options.embedding;
    this.#vocabularySize = options.vocabularySize;
    const rowBytes = directions.reduce((sum, { gateWords }) => sum + 4 * gateWords, 0);
    const wanted = Math.max(options.batchTokens, Math.floor(tableBytes / rowBytes));
    this.capacity = Math.min(options.vocabularySize, wanted);
    this.#ids = arena.words(this.capacity);
    this.tables = directions.map(({ gateWords }) => arena.words(this.capacity * gateWords));
  }

  /** Computes the rows of the slots `first` to `end` - 1. @param scratch room for so many embeddings. */
  fill(kernels: PredictionKernels, scratch: number, first: number, end: number): void {
    this.#directions.forEach((direction, index) => {
      direction.projectTokens(kernels, this.tables[index] + 4 * direction.gateWords * first, {
        embedding: this.#embedding,
        ids: this.#ids + 4 * first,
        count: end - first,
        scratch,
      });
    });
  }

  /** The tokens' slots; for the thread that hands out the work. */
  slots(): TokenSlots {
    return new TokenSlots({ ids: this.#ids, capacity: this.capacity, vocabularySize: this.#vocabularySize });
  }
}

/** Which token has which slot. */
export class TokenSlots {
  readonly #table: { readonly ids: number; readonly capacity: number };
  /** [token] its slot, or -1. */
  readonly #slotOf: Int32Array;
  #used = 0;
  #filled = 0;

  constructor(table: { readonly ids: number; readonly capacity: number; readonly vocabularySize: number }) {
    this.#table = table;
    this.#slotOf = new Int32Array(table.vocabularySize).fill(-1);
  }

  /** The slots given out since the last call, `first` to `end` - 1: to be filled now. */
  takeNew(): { first: number; end: number } {
    const first = this.#filled;
    this.#filled = this.#used;
    return { first, end: this.#used };
  }

  /** Forgets all tokens: the weights have changed, or the table is full. */
  clear(): void {
    this.#slotOf.fill(-1);
    this.#used = 0;
    this.#filled = 0;
  }

  /** Whether new tokens can have slots, however many of these are new. */
  hasRoomFor(tokens: number): boolean {
    return this.#table.capacity === this.#slotOf.length || this.#used + tokens <= this.#table.capacity;
  }

  /**
   * Writes the slots of some tokens, giving new ones a slot.
   *
   * @param target pointer to one word a token.
   * @throws {OptionError} `bad-token` for an id outside the vocabulary.
   */
  write(kernels: PredictionKernels, ids: EncodedTexts["ids"], target: number): void {
    const slotOf = this.#slotOf;
    const at = target >>> 2;
    for (let index = 0; index < ids.length; index++) {
      const id = ids[index];
      let slot = slotOf[id];
      if (!(slot >= 0)) {
        if (slot === undefined) {
          throw new OptionError(
            "bad-token",
            `The token id ${id} is not in the vocabulary of ${slotOf.length} entries; encode the texts with the network's own.`,
          );
        }
        slot = this.#used++;
        slotOf[id] = slot;
        kernels.i32[(this.#table.ids >>> 2) + slot] = id;
      }
      kernels.i32[at + index] = slot;
    }
  }
}
