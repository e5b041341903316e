-- why: A process whose charge was taken back must not charge when its call comes late, whatever runs for the order by then.
-- undo: DROP TABLE taken_back_processes;
CREATE TABLE taken_back_processes (
  process_id CHAR(36) NOT NULL,
  order_id CHAR(36) NOT NULL,
  created_at DATETIME(3) NOT NULL,
  CONSTRAINT pk_taken_back_processes PRIMARY KEY (process_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
