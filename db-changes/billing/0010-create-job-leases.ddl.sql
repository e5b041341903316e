-- why: a scheduled job runs at one instance at a time, however many there are
-- undo: DROP TABLE job_leases
CREATE TABLE job_leases (
  name VARCHAR(64) NOT NULL,
  run_at DATETIME(3) NOT NULL,
  PRIMARY KEY (name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
