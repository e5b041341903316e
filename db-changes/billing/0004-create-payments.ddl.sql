-- why: a payment is written before its gateway is called, so that no answer can be lost without a trace
-- undo: DROP TABLE payments
CREATE TABLE payments (
  payment_id CHAR(36) NOT NULL,
  order_id CHAR(36) NOT NULL,
  user_id CHAR(36) NOT NULL,
  cloud VARCHAR(16) NULL,
  gateway VARCHAR(32) NOT NULL,
  amount BIGINT NOT NULL,
  currency CHAR(3) NOT NULL,
  status VARCHAR(24) NOT NULL,
  reference VARCHAR(255) COLLATE utf8mb4_bin NULL,
  refunded_amount BIGINT NOT NULL,
  next_action TEXT NULL,
  decline_reason VARCHAR(64) NULL,
  request_key VARCHAR(255) COLLATE utf8mb4_bin NULL,
  checks INT NOT NULL,
  next_check_at DATETIME(3) NULL,
  captured_at DATETIME(3) NULL,
  created_at DATETIME(3) NOT NULL,
  updated_at DATETIME(3) NOT NULL,
  PRIMARY KEY (payment_id),
  UNIQUE KEY payments_reference (gateway, reference),
  KEY payments_order (order_id),
  KEY payments_user (user_id, payment_id),
  KEY payments_due (next_check_at),
  CONSTRAINT payments_positive CHECK (amount > 0),
  CONSTRAINT payments_refunded CHECK (refunded_amount BETWEEN 0 AND amount)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
