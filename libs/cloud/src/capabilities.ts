/** What storages differ in. */
export interface StorageTraits {
  /** `ifAbsent` and `ifVersion` work; otherwise they are refused with NotSupported, never ignored. */
  conditionalPut: boolean;
  /** A presigned PUT is refused by the cloud when the uploader declares another content type. */
  presignContentType: boolean;
}

/** Facts about a cloud with this connection; the conformance suite holds the adapter to each. */
export interface Capabilities extends StorageTraits {
  /** The connection names what `predict` and batches need. */
  inference: boolean;
  /** `batchStatus` reports how much is done. */
  jobProgress: boolean;
  jobCancel: boolean;
  /** Bytes of one `predict` request. */
  maxSyncPayloadBytes: number;
}
