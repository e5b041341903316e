-- why: Where the rows of a dataset begin, so that a page deep in a large one is read from nearby and not from its start.
-- undo: DROP TABLE dataset_indexes;
CREATE TABLE dataset_indexes (
  user_id CHAR(36) NOT NULL,
  dataset_hash CHAR(64) NOT NULL,
  version VARCHAR(255) NOT NULL,
  rows_known BIGINT NOT NULL,
  places MEDIUMTEXT NOT NULL,
  updated_at DATETIME(3) NOT NULL,
  CONSTRAINT pk_dataset_indexes PRIMARY KEY (user_id, dataset_hash)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
