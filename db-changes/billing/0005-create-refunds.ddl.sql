-- why: a refund is reserved before its gateway is called, so that the sum of all never passes what was captured
-- undo: DROP TABLE refunds
CREATE TABLE refunds (
  refund_id CHAR(36) NOT NULL,
  payment_id CHAR(36) NOT NULL,
  amount BIGINT NOT NULL,
  status VARCHAR(16) NOT NULL,
  reason VARCHAR(64) NOT NULL,
  reference VARCHAR(255) COLLATE utf8mb4_bin NULL,
  request_key VARCHAR(255) COLLATE utf8mb4_bin NULL,
  checks INT NOT NULL,
  next_check_at DATETIME(3) NULL,
  created_at DATETIME(3) NOT NULL,
  updated_at DATETIME(3) NOT NULL,
  PRIMARY KEY (refund_id),
  UNIQUE KEY refunds_request (payment_id, request_key),
  KEY refunds_due (next_check_at),
  CONSTRAINT refunds_positive CHECK (amount > 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
