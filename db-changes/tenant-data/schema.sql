-- The schema after all changes. Written by `npm run db:check -- --write`; never applied, only compared and reviewed.

CREATE TABLE `dataset_indexes` (
  `user_id` char(36) NOT NULL,
  `dataset_hash` char(64) NOT NULL,
  `version` varchar(255) NOT NULL,
  `rows_known` bigint NOT NULL,
  `places` mediumtext NOT NULL,
  `updated_at` datetime(3) NOT NULL,
  PRIMARY KEY (`user_id`,`dataset_hash`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
