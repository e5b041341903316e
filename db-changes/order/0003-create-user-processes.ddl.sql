-- why: The long-running process of an order, its place in the saga, and who holds it.
-- undo: DROP TABLE user_processes;
CREATE TABLE user_processes (
  process_id CHAR(36) NOT NULL,
  order_id CHAR(36) NOT NULL,
  user_id CHAR(36) NOT NULL,
  saga VARCHAR(64) NOT NULL,
  status TINYINT NOT NULL,
  percentage TINYINT NOT NULL,
  step VARCHAR(64) NOT NULL,
  step_no INT NOT NULL,
  direction VARCHAR(8) NOT NULL,
  attempts INT NOT NULL,
  cancel_requested TINYINT NOT NULL,
  error TEXT NULL,
  result TEXT NULL,
  request_id VARCHAR(128) NOT NULL,
  lease_owner VARCHAR(64) NULL,
  version INT NOT NULL,
  run_at DATETIME(3) NOT NULL,
  created_at DATETIME(3) NOT NULL,
  updated_at DATETIME(3) NOT NULL,
  CONSTRAINT pk_user_processes PRIMARY KEY (process_id),
  KEY ix_user_processes_order (order_id, process_id),
  KEY ix_user_processes_user (user_id, process_id),
  KEY ix_user_processes_user_status (user_id, status, process_id),
  KEY ix_user_processes_due (status, run_at),
  KEY ix_user_processes_status (status, process_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
