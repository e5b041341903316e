-- why: what a product costs depends on the cloud it runs on; a price holds from its day until a later one begins
-- undo: DROP TABLE prices
CREATE TABLE prices (
  sku VARCHAR(64) NOT NULL,
  cloud VARCHAR(16) NOT NULL,
  currency CHAR(3) NOT NULL,
  valid_from DATETIME(3) NOT NULL,
  amount BIGINT NOT NULL,
  PRIMARY KEY (sku, cloud, currency, valid_from),
  CONSTRAINT prices_positive CHECK (amount > 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
