-- why: An order is a list of items; fulfilling an item is work of its saga.
-- undo: DROP TABLE order_items;
CREATE TABLE order_items (
  order_id CHAR(36) NOT NULL,
  line_no INT NOT NULL,
  sku VARCHAR(64) NOT NULL,
  quantity INT NOT NULL,
  price_amount BIGINT NOT NULL,
  input TEXT NULL,
  CONSTRAINT pk_order_items PRIMARY KEY (order_id, line_no)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
