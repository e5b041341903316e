-- why: gateways send an event more than once, and before we know what it is about
-- undo: DROP TABLE gateway_events
CREATE TABLE gateway_events (
  gateway VARCHAR(32) NOT NULL,
  event_id VARCHAR(255) COLLATE utf8mb4_bin NOT NULL,
  type VARCHAR(64) NOT NULL,
  reference VARCHAR(255) COLLATE utf8mb4_bin NULL,
  state VARCHAR(16) NOT NULL,
  checks INT NOT NULL,
  next_check_at DATETIME(3) NULL,
  received_at DATETIME(3) NOT NULL,
  PRIMARY KEY (gateway, event_id),
  KEY gateway_events_due (next_check_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
