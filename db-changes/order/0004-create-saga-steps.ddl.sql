-- why: Intent and result of every step: after a crash they say where to go on.
-- undo: DROP TABLE saga_steps;
CREATE TABLE saga_steps (
  process_id CHAR(36) NOT NULL,
  step_no INT NOT NULL,
  direction VARCHAR(8) NOT NULL,
  name VARCHAR(64) NOT NULL,
  state VARCHAR(8) NOT NULL,
  attempts INT NOT NULL,
  result MEDIUMTEXT NULL,
  error TEXT NULL,
  started_at DATETIME(3) NOT NULL,
  ended_at DATETIME(3) NULL,
  CONSTRAINT pk_saga_steps PRIMARY KEY (process_id, step_no, direction)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
