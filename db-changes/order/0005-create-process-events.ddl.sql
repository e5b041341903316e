-- why: The history of a process, for its owner and for the person on call.
-- undo: DROP TABLE process_events;
CREATE TABLE process_events (
  event_id CHAR(36) NOT NULL,
  process_id CHAR(36) NOT NULL,
  order_id CHAR(36) NOT NULL,
  kind VARCHAR(32) NOT NULL,
  step VARCHAR(64) NOT NULL,
  percentage TINYINT NOT NULL,
  detail TEXT NULL,
  request_id VARCHAR(128) NOT NULL,
  created_at DATETIME(3) NOT NULL,
  CONSTRAINT pk_process_events PRIMARY KEY (event_id),
  KEY ix_process_events_process (process_id, event_id),
  KEY ix_process_events_order (order_id, event_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
