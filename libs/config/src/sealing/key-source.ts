/** A key for sealing values, and the label by which it is found again. */
export interface LabelledKey {
  /** Letters, digits, `-` and `_` only. */
  label: string;
  /** 32 bytes. */
  key: Buffer;
}

/** Where the keys of sealed values come from. */
export interface KeySource {
  /** The word in a sealed value that says which source opens it. */
  readonly kind: 'local' | 'kms';
  /** A key to seal with. */
  keyToSeal(): Promise<LabelledKey>;
  /** The key with this label. Throws SealError. */
  keyOf(label: string): Promise<Buffer>;
}

/** A value cannot be sealed or opened. The message shows neither the value nor the key. */
export class SealError extends Error {}
