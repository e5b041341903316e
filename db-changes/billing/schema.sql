-- The schema after all changes. Written by `npm run db:check -- --write`; never applied, only compared and reviewed.

CREATE TABLE `findings` (
  `finding_id` char(36) NOT NULL,
  `gateway` varchar(32) NOT NULL,
  `kind` varchar(32) NOT NULL,
  `payment_id` char(36) DEFAULT NULL,
  `reference` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT NULL,
  `detail` varchar(500) NOT NULL,
  `mended` tinyint(1) NOT NULL,
  `found_at` datetime(3) NOT NULL,
  PRIMARY KEY (`finding_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `gateway_events` (
  `gateway` varchar(32) NOT NULL,
  `event_id` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  `type` varchar(64) NOT NULL,
  `reference` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT NULL,
  `state` varchar(16) NOT NULL,
  `checks` int NOT NULL,
  `next_check_at` datetime(3) DEFAULT NULL,
  `received_at` datetime(3) NOT NULL,
  PRIMARY KEY (`gateway`,`event_id`),
  KEY `gateway_events_due` (`next_check_at`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `idempotency_keys` (
  `user_id` char(36) NOT NULL,
  `route` varchar(96) NOT NULL,
  `idem_key` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  `fingerprint` char(64) NOT NULL,
  `state` varchar(16) NOT NULL,
  `request_id` varchar(128) NOT NULL,
  `answer` mediumtext DEFAULT NULL,
  `owner` char(36) NOT NULL,
  `lease_until` datetime(3) NOT NULL,
  `expires_at` datetime(3) NOT NULL,
  PRIMARY KEY (`user_id`,`route`,`idem_key`),
  KEY `idempotency_keys_expired` (`expires_at`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `invoices` (
  `invoice_id` char(36) NOT NULL,
  `year` smallint NOT NULL,
  `serial` int NOT NULL,
  `payment_id` char(36) NOT NULL,
  `order_id` char(36) NOT NULL,
  `user_id` char(36) NOT NULL,
  `amount` bigint NOT NULL,
  `currency` char(3) NOT NULL,
  `country` char(2) NOT NULL,
  `tax_basis_points` int NOT NULL,
  `details` mediumtext DEFAULT NULL,
  `issued_at` datetime(3) NOT NULL,
  PRIMARY KEY (`invoice_id`),
  UNIQUE KEY `invoices_number` (`year`,`serial`),
  UNIQUE KEY `invoices_payment` (`payment_id`),
  KEY `invoices_user` (`user_id`,`invoice_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `invoice_counters` (
  `year` smallint NOT NULL,
  `last_serial` int NOT NULL,
  PRIMARY KEY (`year`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `job_leases` (
  `name` varchar(64) NOT NULL,
  `run_at` datetime(3) NOT NULL,
  PRIMARY KEY (`name`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `order_accounts` (
  `order_id` char(36) NOT NULL,
  `payment_id` char(36) DEFAULT NULL,
  `closed_at` datetime(3) DEFAULT NULL,
  `created_at` datetime(3) NOT NULL,
  PRIMARY KEY (`order_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `payments` (
  `payment_id` char(36) NOT NULL,
  `order_id` char(36) NOT NULL,
  `user_id` char(36) NOT NULL,
  `cloud` varchar(16) DEFAULT NULL,
  `gateway` varchar(32) NOT NULL,
  `amount` bigint NOT NULL,
  `currency` char(3) NOT NULL,
  `status` varchar(24) NOT NULL,
  `reference` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT NULL,
  `refunded_amount` bigint NOT NULL,
  `next_action` text DEFAULT NULL,
  `decline_reason` varchar(64) DEFAULT NULL,
  `request_key` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT NULL,
  `checks` int NOT NULL,
  `next_check_at` datetime(3) DEFAULT NULL,
  `captured_at` datetime(3) DEFAULT NULL,
  `created_at` datetime(3) NOT NULL,
  `updated_at` datetime(3) NOT NULL,
  PRIMARY KEY (`payment_id`),
  UNIQUE KEY `payments_reference` (`gateway`,`reference`),
  KEY `payments_order` (`order_id`),
  KEY `payments_user` (`user_id`,`payment_id`),
  KEY `payments_due` (`next_check_at`),
  CONSTRAINT `payments_positive` CHECK (`amount` > 0),
  CONSTRAINT `payments_refunded` CHECK (`refunded_amount` between 0 and `amount`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `prices` (
  `sku` varchar(64) NOT NULL,
  `cloud` varchar(16) NOT NULL,
  `currency` char(3) NOT NULL,
  `valid_from` datetime(3) NOT NULL,
  `amount` bigint NOT NULL,
  PRIMARY KEY (`sku`,`cloud`,`currency`,`valid_from`),
  CONSTRAINT `prices_positive` CHECK (`amount` > 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `refunds` (
  `refund_id` char(36) NOT NULL,
  `payment_id` char(36) NOT NULL,
  `amount` bigint NOT NULL,
  `status` varchar(16) NOT NULL,
  `reason` varchar(64) NOT NULL,
  `reference` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT NULL,
  `request_key` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT NULL,
  `checks` int NOT NULL,
  `next_check_at` datetime(3) DEFAULT NULL,
  `created_at` datetime(3) NOT NULL,
  `updated_at` datetime(3) NOT NULL,
  PRIMARY KEY (`refund_id`),
  UNIQUE KEY `refunds_request` (`payment_id`,`request_key`),
  KEY `refunds_due` (`next_check_at`),
  CONSTRAINT `refunds_positive` CHECK (`amount` > 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `taken_back_processes` (
  `process_id` char(36) NOT NULL,
  `order_id` char(36) NOT NULL,
  `created_at` datetime(3) NOT NULL,
  PRIMARY KEY (`process_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `tax_rates` (
  `country` char(2) NOT NULL,
  `valid_from` datetime(3) NOT NULL,
  `basis_points` int NOT NULL,
  PRIMARY KEY (`country`,`valid_from`),
  CONSTRAINT `tax_rates_sane` CHECK (`basis_points` between 0 and 10000)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
