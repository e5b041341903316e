-- why: the one code that is good for a phone number at a time, with the tries made at it
-- undo: DROP TABLE otp_codes;
CREATE TABLE otp_codes (
  phone VARCHAR(16) NOT NULL,
  user_id CHAR(36) NOT NULL,
  code_hash VARCHAR(255) NOT NULL,
  tries INT NOT NULL,
  created_at DATETIME(3) NOT NULL,
  expires_at DATETIME(3) NOT NULL,
  used_at DATETIME(3) NULL,
  CONSTRAINT otp_codes_pk PRIMARY KEY (phone),
  KEY otp_codes_expires_at_ix (expires_at),
  CONSTRAINT otp_codes_user_fk FOREIGN KEY (user_id) REFERENCES users (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
