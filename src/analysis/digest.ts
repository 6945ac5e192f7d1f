const longText = 24;
const mostTexts = 10_000;
/** Far from the numbers that are counted and numbered by: no text looks like some of these. */
const endOfText = 0x5eb1a7f3;
const longTexts = new Map<string, number>();

/** Numbers and texts, one after the other, as one number: two sequences of one run have the same with a chance of one in 2^53. */
export class Digest {
  #high = 0x5eadbeef;
  #low = 0x41c6ce57;
  /** About how long all that was added would be as a text. */
  length = 0;

  number(value: number): void {
    const low = value | 0;
    this.#add(low);
    if (low !== value) this.#add(Math.floor(value / 4294967296) | 0);
    this.length += 2;
  }

  text(text: string): void {
    if (text.length > longText) this.#addLong(text);
    else for (let at = 0; at < text.length; at++) this.#add(text.charCodeAt(at));
    this.#add(endOfText - text.length);
    this.length += text.length;
  }

  // The same long texts come again and again.
  #addLong(text: string): void {
    let known = longTexts.get(text);
    if (known === undefined) {
      const own = new Digest();
      for (let at = 0; at < text.length; at++) own.#add(text.charCodeAt(at));
      known = own.value;
      if (longTexts.size >= mostTexts) longTexts.clear();
      longTexts.set(text, known);
    }
    this.#add(known | 0);
    this.#add(Math.floor(known / 4294967296));
  }

  get value(): number {
    const high = finish(this.#high ^ this.#low, 2246822507);
    const low = finish(this.#low, 3266489909);
    return 4294967296 * (2097151 & low) + (high >>> 0);
  }

  #add(value: number): void {
    const high = Math.imul(this.#high ^ value, 0x9e3779b1);
    const low = Math.imul(this.#low ^ value, 0x5f356495);
    this.#high = (high << 15) | (high >>> 17);
    this.#low = (low << 13) | (low >>> 19);
  }
}

/** Some digests, in no order. */
export class Sum {
  #total = 0;
  #mixed = 0;
  #count = 0;
  #length = 0;

  add(one: Digest): void {
    const { value } = one;
    this.#total = (this.#total + (value | 0)) | 0;
    this.#mixed = (this.#mixed + finish(Math.floor(value / 4294967296) ^ Math.imul(value | 0, 0x85ebca6b), 2246822507)) | 0;
    this.#count++;
    this.#length += one.length;
  }

  addTo(digest: Digest): void {
    digest.number(this.#count);
    digest.number(this.#total);
    digest.number(this.#mixed);
    digest.length += this.#length;
  }
}

// Every bit of the result depends on every bit of the value (Appleby 2008).
function finish(value: number, factor: number): number {
  const mixed = Math.imul(value ^ (value >>> 16), factor);
  return mixed ^ (mixed >>> 13);
}
