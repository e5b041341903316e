-- The schema after all changes. Written by `npm run db:check -- --write`; never applied, only compared and reviewed.

CREATE TABLE `callback_attempts` (
  `attempt_id` char(36) NOT NULL,
  `delivery_id` char(36) NOT NULL,
  `status` smallint DEFAULT NULL,
  `error` varchar(255) DEFAULT NULL,
  `ms` int NOT NULL,
  `created_at` datetime(3) NOT NULL,
  PRIMARY KEY (`attempt_id`),
  KEY `ix_callback_attempts_delivery` (`delivery_id`,`attempt_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `callback_deliveries` (
  `delivery_id` char(36) NOT NULL,
  `process_id` char(36) NOT NULL,
  `user_id` char(36) NOT NULL,
  `url` varchar(2048) NOT NULL,
  `body` mediumtext NOT NULL,
  `state` varchar(16) NOT NULL,
  `tries` int NOT NULL,
  `next_at` datetime(3) NOT NULL,
  `request_id` varchar(128) NOT NULL,
  `created_at` datetime(3) NOT NULL,
  `traceparent` varchar(55) DEFAULT NULL,
  PRIMARY KEY (`delivery_id`),
  KEY `ix_callback_deliveries_due` (`state`,`next_at`),
  KEY `ix_callback_deliveries_process` (`process_id`,`delivery_id`)
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
  KEY `ix_idempotency_keys_expires` (`expires_at`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `inbox` (
  `consumer` varchar(64) NOT NULL,
  `event_id` char(36) NOT NULL,
  `received_at` datetime(3) NOT NULL,
  PRIMARY KEY (`consumer`,`event_id`),
  KEY `ix_inbox_received` (`received_at`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `orders` (
  `order_id` char(36) NOT NULL,
  `user_id` char(36) NOT NULL,
  `process_id` char(36) NOT NULL,
  `status` varchar(16) NOT NULL,
  `currency` char(3) NOT NULL,
  `total_amount` bigint NOT NULL,
  `payment_gateway` varchar(32) NOT NULL,
  `payment_source` varchar(255) NOT NULL,
  `callback_url` varchar(2048) DEFAULT NULL,
  `created_at` datetime(3) NOT NULL,
  `updated_at` datetime(3) NOT NULL,
  `cloud` varchar(16) DEFAULT NULL,
  PRIMARY KEY (`order_id`),
  KEY `ix_orders_user` (`user_id`,`order_id`),
  KEY `ix_orders_user_status` (`user_id`,`status`,`order_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `order_items` (
  `order_id` char(36) NOT NULL,
  `line_no` int NOT NULL,
  `sku` varchar(64) NOT NULL,
  `quantity` int NOT NULL,
  `price_amount` bigint NOT NULL,
  `input` text DEFAULT NULL,
  PRIMARY KEY (`order_id`,`line_no`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `outbox` (
  `event_id` char(36) NOT NULL,
  `type` varchar(128) NOT NULL,
  `payload` mediumtext NOT NULL,
  `state` varchar(16) NOT NULL,
  `attempts` int NOT NULL,
  `available_at` datetime(3) NOT NULL,
  `published_at` datetime(3) DEFAULT NULL,
  PRIMARY KEY (`event_id`),
  KEY `ix_outbox_claim` (`state`,`available_at`),
  KEY `ix_outbox_published` (`state`,`published_at`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `process_events` (
  `event_id` char(36) NOT NULL,
  `process_id` char(36) NOT NULL,
  `order_id` char(36) NOT NULL,
  `kind` varchar(32) NOT NULL,
  `step` varchar(64) NOT NULL,
  `percentage` tinyint NOT NULL,
  `detail` text DEFAULT NULL,
  `request_id` varchar(128) NOT NULL,
  `created_at` datetime(3) NOT NULL,
  PRIMARY KEY (`event_id`),
  KEY `ix_process_events_process` (`process_id`,`event_id`),
  KEY `ix_process_events_order` (`order_id`,`event_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `saga_steps` (
  `process_id` char(36) NOT NULL,
  `step_no` int NOT NULL,
  `direction` varchar(8) NOT NULL,
  `name` varchar(64) NOT NULL,
  `state` varchar(8) NOT NULL,
  `attempts` int NOT NULL,
  `result` mediumtext DEFAULT NULL,
  `error` text DEFAULT NULL,
  `started_at` datetime(3) NOT NULL,
  `ended_at` datetime(3) DEFAULT NULL,
  PRIMARY KEY (`process_id`,`step_no`,`direction`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `user_processes` (
  `process_id` char(36) NOT NULL,
  `order_id` char(36) NOT NULL,
  `user_id` char(36) NOT NULL,
  `saga` varchar(64) NOT NULL,
  `status` tinyint NOT NULL,
  `percentage` tinyint NOT NULL,
  `step` varchar(64) NOT NULL,
  `step_no` int NOT NULL,
  `direction` varchar(8) NOT NULL,
  `attempts` int NOT NULL,
  `cancel_requested` tinyint NOT NULL,
  `error` text DEFAULT NULL,
  `result` text DEFAULT NULL,
  `request_id` varchar(128) NOT NULL,
  `lease_owner` varchar(64) DEFAULT NULL,
  `version` int NOT NULL,
  `run_at` datetime(3) NOT NULL,
  `created_at` datetime(3) NOT NULL,
  `updated_at` datetime(3) NOT NULL,
  PRIMARY KEY (`process_id`),
  KEY `ix_user_processes_order` (`order_id`,`process_id`),
  KEY `ix_user_processes_user` (`user_id`,`process_id`),
  KEY `ix_user_processes_user_status` (`user_id`,`status`,`process_id`),
  KEY `ix_user_processes_due` (`status`,`run_at`),
  KEY `ix_user_processes_status` (`status`,`process_id`),
  KEY `ix_user_processes_turn` (`status`,`user_id`,`run_at`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
