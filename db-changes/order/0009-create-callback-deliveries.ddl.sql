-- why: What the client is to be told, stored with the end of its process; whether he was told is another question.
-- undo: DROP TABLE callback_deliveries;
CREATE TABLE callback_deliveries (
  delivery_id CHAR(36) NOT NULL,
  process_id CHAR(36) NOT NULL,
  user_id CHAR(36) NOT NULL,
  url VARCHAR(2048) NOT NULL,
  body MEDIUMTEXT NOT NULL,
  state VARCHAR(16) NOT NULL,
  tries INT NOT NULL,
  next_at DATETIME(3) NOT NULL,
  request_id VARCHAR(128) NOT NULL,
  created_at DATETIME(3) NOT NULL,
  CONSTRAINT pk_callback_deliveries PRIMARY KEY (delivery_id),
  KEY ix_callback_deliveries_due (state, next_at),
  KEY ix_callback_deliveries_process (process_id, delivery_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
