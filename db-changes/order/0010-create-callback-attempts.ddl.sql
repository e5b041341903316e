-- why: Every try of a callback with its answer, for the client who looks for his callback.
-- undo: DROP TABLE callback_attempts;
CREATE TABLE callback_attempts (
  attempt_id CHAR(36) NOT NULL,
  delivery_id CHAR(36) NOT NULL,
  status SMALLINT NULL,
  error VARCHAR(255) NULL,
  ms INT NOT NULL,
  created_at DATETIME(3) NOT NULL,
  CONSTRAINT pk_callback_attempts PRIMARY KEY (attempt_id),
  KEY ix_callback_attempts_delivery (delivery_id, attempt_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
