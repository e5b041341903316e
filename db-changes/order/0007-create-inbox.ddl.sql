-- why: An event that is delivered twice has its effect once.
-- undo: DROP TABLE inbox;
CREATE TABLE inbox (
  consumer VARCHAR(64) NOT NULL,
  event_id CHAR(36) NOT NULL,
  received_at DATETIME(3) NOT NULL,
  CONSTRAINT pk_inbox PRIMARY KEY (consumer, event_id),
  KEY ix_inbox_received (received_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
