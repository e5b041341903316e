-- why: the tax that a price contains is set by law and changes on a day; a country without a row has none
-- undo: DROP TABLE tax_rates
CREATE TABLE tax_rates (
  country CHAR(2) NOT NULL,
  valid_from DATETIME(3) NOT NULL,
  basis_points INT NOT NULL,
  PRIMARY KEY (country, valid_from),
  CONSTRAINT tax_rates_sane CHECK (basis_points BETWEEN 0 AND 10000)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
