-- why: Workers take due processes user by user in turn, whatever each has waiting.
-- undo: DROP INDEX ix_user_processes_turn ON user_processes;
CREATE INDEX ix_user_processes_turn ON user_processes (status, user_id, run_at);
