-- why: attempts counted per account, phone and network, for limits that all processes share
-- undo: DROP TABLE attempts;
CREATE TABLE attempts (
  bucket VARCHAR(120) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  taken INT NOT NULL,
  expires_at DATETIME(3) NOT NULL,
  CONSTRAINT attempts_pk PRIMARY KEY (bucket),
  KEY attempts_expires_at_ix (expires_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
