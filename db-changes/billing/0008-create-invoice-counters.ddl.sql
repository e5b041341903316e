-- why: invoice numbers have no gaps within a year, which only a counter in the invoice's own transaction can promise
-- undo: DROP TABLE invoice_counters
CREATE TABLE invoice_counters (
  year SMALLINT NOT NULL,
  last_serial INT NOT NULL,
  PRIMARY KEY (year)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
