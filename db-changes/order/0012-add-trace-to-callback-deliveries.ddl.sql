-- why: A callback belongs to the trace of the request that it answers, however much later it is sent.
-- undo: ALTER TABLE callback_deliveries DROP COLUMN traceparent;
ALTER TABLE callback_deliveries ADD COLUMN traceparent VARCHAR(55) NULL;
