-- why: who may use the system; email_key is the address freed of case and Unicode disguise, so nobody registers twice
-- undo: DROP TABLE users;
CREATE TABLE users (
  id CHAR(36) NOT NULL,
  name VARCHAR(100) NOT NULL,
  email VARCHAR(254) NOT NULL,
  email_key VARCHAR(320) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  phone VARCHAR(16) NULL,
  proven_phone VARCHAR(16) NULL,
  password_hash VARCHAR(255) NOT NULL,
  roles VARCHAR(64) NOT NULL,
  sealed_settings MEDIUMTEXT NOT NULL,
  latitude DECIMAL(9,6) NULL,
  longitude DECIMAL(9,6) NULL,
  disabled_at DATETIME(3) NULL,
  created_at DATETIME(3) NOT NULL,
  updated_at DATETIME(3) NOT NULL,
  CONSTRAINT users_pk PRIMARY KEY (id),
  CONSTRAINT users_email_key_uk UNIQUE (email_key),
  CONSTRAINT users_proven_phone_uk UNIQUE (proven_phone),
  KEY users_phone_ix (phone),
  KEY users_created_at_ix (created_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
