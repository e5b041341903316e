-- why: The same request with the same key is carried out once and answered alike for a day.
-- undo: DROP TABLE idempotency_keys;
CREATE TABLE idempotency_keys (
  user_id CHAR(36) NOT NULL,
  route VARCHAR(96) NOT NULL,
  idem_key VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  fingerprint CHAR(64) NOT NULL,
  state VARCHAR(16) NOT NULL,
  request_id VARCHAR(128) NOT NULL,
  answer MEDIUMTEXT NULL,
  owner CHAR(36) NOT NULL,
  lease_until DATETIME(3) NOT NULL,
  expires_at DATETIME(3) NOT NULL,
  CONSTRAINT pk_idempotency_keys PRIMARY KEY (user_id, route, idem_key),
  KEY ix_idempotency_keys_expires (expires_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
