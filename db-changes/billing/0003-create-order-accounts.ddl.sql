-- why: one row an order is what all its payments queue at, so that it is paid once whatever is raced
-- undo: DROP TABLE order_accounts
CREATE TABLE order_accounts (
  order_id CHAR(36) NOT NULL,
  payment_id CHAR(36) NULL,
  closed_at DATETIME(3) NULL,
  created_at DATETIME(3) NOT NULL,
  PRIMARY KEY (order_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
