-- why: Events are stored with what they tell and published afterwards, so none is lost.
-- undo: DROP TABLE outbox;
CREATE TABLE outbox (
  event_id CHAR(36) NOT NULL,
  type VARCHAR(128) NOT NULL,
  payload MEDIUMTEXT NOT NULL,
  state VARCHAR(16) NOT NULL,
  attempts INT NOT NULL,
  available_at DATETIME(3) NOT NULL,
  published_at DATETIME(3) NULL,
  CONSTRAINT pk_outbox PRIMARY KEY (event_id),
  KEY ix_outbox_claim (state, available_at),
  KEY ix_outbox_published (state, published_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
