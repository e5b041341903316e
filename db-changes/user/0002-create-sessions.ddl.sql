-- why: one row a logged-in device; it is also the family of that device's refresh tokens
-- undo: DROP TABLE sessions;
CREATE TABLE sessions (
  id CHAR(36) NOT NULL,
  user_id CHAR(36) NOT NULL,
  method VARCHAR(16) NOT NULL,
  device VARCHAR(255) NOT NULL,
  address VARCHAR(64) NOT NULL,
  created_at DATETIME(3) NOT NULL,
  last_used_at DATETIME(3) NOT NULL,
  idle_at DATETIME(3) NOT NULL,
  expires_at DATETIME(3) NOT NULL,
  revoked_at DATETIME(3) NULL,
  revoked_for VARCHAR(32) NULL,
  CONSTRAINT sessions_pk PRIMARY KEY (id),
  KEY sessions_user_id_ix (user_id, id),
  KEY sessions_expires_at_ix (expires_at),
  CONSTRAINT sessions_user_fk FOREIGN KEY (user_id) REFERENCES users (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
