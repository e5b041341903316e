-- why: the key pairs of access tokens; a generation signs from active_from until the next one does
-- undo: DROP TABLE signing_keys;
CREATE TABLE signing_keys (
  generation INT NOT NULL,
  kid VARCHAR(64) NOT NULL,
  public_jwk VARCHAR(1024) NOT NULL,
  sealed_private_key TEXT NOT NULL,
  active_from DATETIME(3) NOT NULL,
  created_at DATETIME(3) NOT NULL,
  CONSTRAINT signing_keys_pk PRIMARY KEY (generation),
  CONSTRAINT signing_keys_kid_uk UNIQUE (kid)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
