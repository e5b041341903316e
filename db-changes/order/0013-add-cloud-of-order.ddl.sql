-- why: The cloud that an order was priced for; what is charged for it counts there in the payer's billing information.
-- undo: ALTER TABLE orders DROP COLUMN cloud;
ALTER TABLE orders ADD COLUMN cloud VARCHAR(16) NULL;
