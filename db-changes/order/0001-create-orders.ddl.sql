-- why: An accepted order: what was bought, by whom, for how much.
-- undo: DROP TABLE orders;
CREATE TABLE orders (
  order_id CHAR(36) NOT NULL,
  user_id CHAR(36) NOT NULL,
  process_id CHAR(36) NOT NULL,
  status VARCHAR(16) NOT NULL,
  currency CHAR(3) NOT NULL,
  total_amount BIGINT NOT NULL,
  payment_gateway VARCHAR(32) NOT NULL,
  payment_source VARCHAR(255) NOT NULL,
  callback_url VARCHAR(2048) NULL,
  created_at DATETIME(3) NOT NULL,
  updated_at DATETIME(3) NOT NULL,
  CONSTRAINT pk_orders PRIMARY KEY (order_id),
  KEY ix_orders_user (user_id, order_id),
  KEY ix_orders_user_status (user_id, status, order_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
