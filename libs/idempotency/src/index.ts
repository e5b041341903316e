export { type Claim, type GivenAnswer, IdempotencyKeyDao, type KeyedRequest, type StoredAnswer } from './dao/idempotency-key.dao';
export { defineIdempotencyKey, type IdempotencyKeyRow } from './models/idempotency-key.model';
export { once, type Once } from './once';
