-- What a shop that uses PostGraphile would put in front of these tables: views with their relations, the program's data
-- as tables, and what must be reckoned as columns of views, which PostgreSQL inlines. {…}: see peers/postgraphile.py.

CREATE SCHEMA beside;

CREATE TABLE beside.tiers (
  code text PRIMARY KEY,
  name text NOT NULL,
  threshold int NOT NULL,
  next_code text REFERENCES beside.tiers,
  next_threshold int
);
CREATE TABLE beside.benefits (
  tier_code text NOT NULL REFERENCES beside.tiers,
  position int NOT NULL,
  code text NOT NULL,
  kind text NOT NULL,
  name text NOT NULL,
  PRIMARY KEY (tier_code, position)
);
CREATE TABLE beside.coupon_templates (
  code text PRIMARY KEY,
  kind text NOT NULL,
  name text NOT NULL,
  amount numeric(12, 2),
  threshold numeric(12, 2),
  currency text
);

INSERT INTO beside.tiers (code, name, threshold)
SELECT tier->>'code', tier->>'name', (tier->>'threshold')::int FROM json_array_elements('{kept}'::json->'tiers') AS tier;
UPDATE beside.tiers AS t SET next_code = n.code, next_threshold = n.threshold
FROM beside.tiers AS n WHERE n.threshold = (SELECT min(threshold) FROM beside.tiers WHERE threshold > t.threshold);
INSERT INTO beside.benefits
SELECT tier->>'code', place, benefit->>'code', benefit->>'kind', benefit->>'name'
FROM json_array_elements('{kept}'::json->'tiers') AS tier,
  json_array_elements(tier->'benefits') WITH ORDINALITY AS b(benefit, place);
INSERT INTO beside.coupon_templates
SELECT code, t->>'kind', t->>'name', (t->'amount'->>'amount')::numeric, (t->'threshold'->>'amount')::numeric,
  t->'amount'->>'currency'
FROM json_each('{kept}'::json->'templates') AS known(code, t);

CREATE VIEW beside.members AS
SELECT m.id, m.joined_at, m.display_name, m.growth, t.code AS tier_code,
  greatest(t.next_threshold - m.growth, 0) AS growth_remaining,
  CASE WHEN t.next_code IS NULL THEN 1
    ELSE least(greatest((m.growth - t.threshold)::float8 / (t.next_threshold - t.threshold), 0), 1) END AS ratio
FROM members m JOIN beside.tiers t ON t.code = coalesce(m.tier, '{base}')
WHERE m.program = '{program}' AND m.status = 'ACTIVE';

CREATE VIEW beside.accounts AS SELECT member_id, available, pending, held, debt FROM points_accounts;

-- Those that can be used now.
CREATE VIEW beside.coupons AS
SELECT member_id, id, template AS template_code, expires_at, 'ISSUED'::text AS state FROM coupons
WHERE (state = 'ISSUED' OR state = 'RESERVED' AND reserved_until <= now()) AND expires_at > now();

CREATE VIEW beside.entries AS
SELECT member_id, id, kind, change, pending_change, balance_after, occurred_at, cause, rule FROM points_entries;

CREATE VIEW beside.check_ins AS
SELECT member_id, id, day, points, day = today AS is_today,
  CASE WHEN day >= today - 1 THEN streak ELSE 0 END AS current_streak
FROM check_ins, LATERAL (SELECT (now() AT TIME ZONE '{zone}')::date AS today) AS t;

-- The product's own way from a token to the membership: one read by a digest.
CREATE VIEW beside.memberships AS SELECT digest, owner AS member_id FROM unique_keys WHERE kind = 'membership';

COMMENT ON CONSTRAINT tiers_next_code_fkey ON beside.tiers IS E'@fieldName nextTier\n@foreignFieldName tiersBelow';
COMMENT ON CONSTRAINT benefits_tier_code_fkey ON beside.benefits IS '@foreignSimpleFieldName benefits';
COMMENT ON VIEW beside.members IS E'@primaryKey id\n@foreignKey (tier_code) references beside.tiers (code)|@fieldName tier';
COMMENT ON VIEW beside.accounts IS
  E'@primaryKey member_id\n@foreignKey (member_id) references beside.members (id)|@foreignFieldName points';
COMMENT ON VIEW beside.coupons IS
  E'@primaryKey member_id,id\n@foreignKey (member_id) references beside.members (id)|@foreignSimpleFieldName coupons\n'
  '@foreignKey (template_code) references beside.coupon_templates (code)|@fieldName template';
COMMENT ON VIEW beside.entries IS
  E'@primaryKey member_id,id\n@foreignKey (member_id) references beside.members (id)|@foreignFieldName entries';
COMMENT ON VIEW beside.check_ins IS
  E'@primaryKey member_id,id\n@foreignKey (member_id) references beside.members (id)|@foreignSimpleFieldName checkIns';
COMMENT ON VIEW beside.memberships IS  -- for `me` alone
  E'@primaryKey digest\n@behavior -query:resource:single -query:resource:list -query:resource:connection\n'
  '@foreignKey (member_id) references beside.members (id)|@fieldName member|@behavior -manyRelation -singularRelation:backwards';
