-- why: Gateways that share no memory count a client's requests here; only with RATE_LIMIT_DRIVER=mysql.
-- undo: DROP TABLE rate_limits;
CREATE TABLE rate_limits (
  `key` VARCHAR(255) NOT NULL,
  points INT NOT NULL,
  expire BIGINT UNSIGNED NULL,
  CONSTRAINT pk_rate_limits PRIMARY KEY (`key`),
  KEY ix_rate_limits_expire (expire)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
