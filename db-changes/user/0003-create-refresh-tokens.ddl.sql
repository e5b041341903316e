-- why: refresh tokens by hash; the sealed successor is given again to a client that lost the answer within the grace
-- undo: DROP TABLE refresh_tokens;
CREATE TABLE refresh_tokens (
  token_hash CHAR(64) NOT NULL,
  session_id CHAR(36) NOT NULL,
  created_at DATETIME(3) NOT NULL,
  used_at DATETIME(3) NULL,
  used_by VARCHAR(255) NULL,
  sealed_successor VARCHAR(512) NULL,
  CONSTRAINT refresh_tokens_pk PRIMARY KEY (token_hash),
  KEY refresh_tokens_session_id_ix (session_id),
  CONSTRAINT refresh_tokens_session_fk FOREIGN KEY (session_id) REFERENCES sessions (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
