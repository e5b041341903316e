-- why: a payer gets one invoice for each order that he paid
-- undo: DROP TABLE invoices
CREATE TABLE invoices (
  invoice_id CHAR(36) NOT NULL,
  year SMALLINT NOT NULL,
  serial INT NOT NULL,
  payment_id CHAR(36) NOT NULL,
  order_id CHAR(36) NOT NULL,
  user_id CHAR(36) NOT NULL,
  amount BIGINT NOT NULL,
  currency CHAR(3) NOT NULL,
  country CHAR(2) NOT NULL,
  tax_basis_points INT NOT NULL,
  details MEDIUMTEXT NULL,
  issued_at DATETIME(3) NOT NULL,
  PRIMARY KEY (invoice_id),
  UNIQUE KEY invoices_number (year, serial),
  UNIQUE KEY invoices_payment (payment_id),
  KEY invoices_user (user_id, invoice_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
