"""What the hand-written handler asks the database: what the product asks, of which it reads only what it shows."""

MEMBER = """\
SELECT id, joined_at, display_name, growth, standing_due_at, tier, manual_until FROM members
WHERE id = (SELECT owner FROM unique_keys WHERE digest = $1) AND status = 'ACTIVE'"""
ACCOUNT = "SELECT available, pending, held, debt, due_at FROM points_accounts WHERE member_id = $1"
CHECK_INS = "SELECT id, day, streak, points FROM check_ins WHERE member_id = $1 ORDER BY day DESC LIMIT 1"
COUPONS = """\
SELECT id, template, expires_at FROM coupons
WHERE member_id = $1 AND (state = 'ISSUED' OR state = 'RESERVED' AND reserved_until <= $2) AND expires_at > $2
ORDER BY id DESC LIMIT $3"""
ENTRIES = """\
SELECT id, kind, change, pending_change, balance_after, cause, rule, occurred_at FROM points_entries
WHERE member_id = $1 ORDER BY id DESC LIMIT $2"""

MEMBERS = """\
SELECT id, joined_at, display_name, tier, manual_until,
  'JOINED:' || (extract(epoch FROM joined_at) * 1000000)::bigint AS place
FROM members WHERE program = $1 AND (joined_at, id) < ($2, $3) ORDER BY joined_at DESC, id DESC LIMIT $4"""
ACCOUNTS = "SELECT member_id, available, due_at FROM points_accounts WHERE member_id = ANY($1::uuid[])"
COUPONS_OF_EACH = """\
SELECT x.* FROM unnest($1::uuid[]) AS k(id) JOIN LATERAL (
  SELECT member_id, id, template, expires_at FROM coupons
  WHERE member_id = k.id AND (state = 'ISSUED' OR state = 'RESERVED' AND reserved_until <= $2) AND expires_at > $2
  ORDER BY id DESC LIMIT $3) AS x ON true"""

EVERY = (MEMBER, ACCOUNT, CHECK_INS, COUPONS, ENTRIES, MEMBERS, ACCOUNTS, COUPONS_OF_EACH)
