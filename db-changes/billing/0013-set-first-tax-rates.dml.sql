-- why: Kuwait levies no value-added tax; writing it down makes the zero a decision
-- undo: DELETE FROM tax_rates WHERE country = 'KW'
INSERT INTO tax_rates (country, valid_from, basis_points) VALUES ('KW', '2026-01-01 00:00:00.000', 0)
ON DUPLICATE KEY UPDATE basis_points = VALUES(basis_points);
