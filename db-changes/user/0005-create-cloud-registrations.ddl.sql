-- why: which cloud a user lives on and, encrypted, how to log in to it
-- undo: DROP TABLE cloud_registrations;
CREATE TABLE cloud_registrations (
  user_id CHAR(36) NOT NULL,
  provider VARCHAR(32) NOT NULL,
  sealed_connection MEDIUMTEXT NOT NULL,
  registered_at DATETIME(3) NOT NULL,
  CONSTRAINT cloud_registrations_pk PRIMARY KEY (user_id),
  CONSTRAINT cloud_registrations_user_fk FOREIGN KEY (user_id) REFERENCES users (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
