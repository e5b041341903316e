-- why: where our books and a gateway's differed, what it was and whether it was mended
-- undo: DROP TABLE findings
CREATE TABLE findings (
  finding_id CHAR(36) NOT NULL,
  gateway VARCHAR(32) NOT NULL,
  kind VARCHAR(32) NOT NULL,
  payment_id CHAR(36) NULL,
  reference VARCHAR(255) COLLATE utf8mb4_bin NULL,
  detail VARCHAR(500) NOT NULL,
  mended TINYINT(1) NOT NULL,
  found_at DATETIME(3) NOT NULL,
  PRIMARY KEY (finding_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
