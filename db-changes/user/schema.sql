-- The schema after all changes. Written by `npm run db:check -- --write`; never applied, only compared and reviewed.

CREATE TABLE `attempts` (
  `bucket` varchar(120) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `taken` int NOT NULL,
  `expires_at` datetime(3) NOT NULL,
  PRIMARY KEY (`bucket`),
  KEY `attempts_expires_at_ix` (`expires_at`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `cloud_registrations` (
  `user_id` char(36) NOT NULL,
  `provider` varchar(32) NOT NULL,
  `sealed_connection` mediumtext NOT NULL,
  `registered_at` datetime(3) NOT NULL,
  PRIMARY KEY (`user_id`),
  CONSTRAINT `cloud_registrations_user_fk` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `otp_codes` (
  `phone` varchar(16) NOT NULL,
  `user_id` char(36) NOT NULL,
  `code_hash` varchar(255) NOT NULL,
  `tries` int NOT NULL,
  `created_at` datetime(3) NOT NULL,
  `expires_at` datetime(3) NOT NULL,
  `used_at` datetime(3) DEFAULT NULL,
  PRIMARY KEY (`phone`),
  KEY `otp_codes_expires_at_ix` (`expires_at`),
  KEY `otp_codes_user_fk` (`user_id`),
  CONSTRAINT `otp_codes_user_fk` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `refresh_tokens` (
  `token_hash` char(64) NOT NULL,
  `session_id` char(36) NOT NULL,
  `created_at` datetime(3) NOT NULL,
  `used_at` datetime(3) DEFAULT NULL,
  `used_by` varchar(255) DEFAULT NULL,
  `sealed_successor` varchar(512) DEFAULT NULL,
  PRIMARY KEY (`token_hash`),
  KEY `refresh_tokens_session_id_ix` (`session_id`),
  CONSTRAINT `refresh_tokens_session_fk` FOREIGN KEY (`session_id`) REFERENCES `sessions` (`id`) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `sessions` (
  `id` char(36) NOT NULL,
  `user_id` char(36) NOT NULL,
  `method` varchar(16) NOT NULL,
  `device` varchar(255) NOT NULL,
  `address` varchar(64) NOT NULL,
  `created_at` datetime(3) NOT NULL,
  `last_used_at` datetime(3) NOT NULL,
  `idle_at` datetime(3) NOT NULL,
  `expires_at` datetime(3) NOT NULL,
  `revoked_at` datetime(3) DEFAULT NULL,
  `revoked_for` varchar(32) DEFAULT NULL,
  PRIMARY KEY (`id`),
  KEY `sessions_user_id_ix` (`user_id`,`id`),
  KEY `sessions_expires_at_ix` (`expires_at`),
  CONSTRAINT `sessions_user_fk` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `signing_keys` (
  `generation` int NOT NULL,
  `kid` varchar(64) NOT NULL,
  `public_jwk` varchar(1024) NOT NULL,
  `sealed_private_key` text NOT NULL,
  `active_from` datetime(3) NOT NULL,
  `created_at` datetime(3) NOT NULL,
  PRIMARY KEY (`generation`),
  UNIQUE KEY `signing_keys_kid_uk` (`kid`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `users` (
  `id` char(36) NOT NULL,
  `name` varchar(100) NOT NULL,
  `email` varchar(254) NOT NULL,
  `email_key` varchar(320) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  `phone` varchar(16) DEFAULT NULL,
  `proven_phone` varchar(16) DEFAULT NULL,
  `password_hash` varchar(255) NOT NULL,
  `roles` varchar(64) NOT NULL,
  `sealed_settings` mediumtext NOT NULL,
  `latitude` decimal(9,6) DEFAULT NULL,
  `longitude` decimal(9,6) DEFAULT NULL,
  `disabled_at` datetime(3) DEFAULT NULL,
  `created_at` datetime(3) NOT NULL,
  `updated_at` datetime(3) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `users_email_key_uk` (`email_key`),
  UNIQUE KEY `users_proven_phone_uk` (`proven_phone`),
  KEY `users_phone_ix` (`phone`),
  KEY `users_created_at_ix` (`created_at`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
