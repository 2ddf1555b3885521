"""What is easy to miss about arguments, about roles, and about mutations: a document for each (see `cases`)."""

from collections.abc import Mapping
from typing import Any

Case = tuple[str, Mapping[str, Any]]

ARGUMENTS: dict[str, Case] = {
    "a variable that is absent takes the argument's default": (
        "query ($plus: Int) { odds { scaled(by: 3, plus: $plus) } }", {}),
    "a variable that is null is null": ("query ($plus: Int) { odds { scaled(plus: $plus) } }", {"plus": None}),
    "a variable's default": ("query ($by: Int! = 5) { odds { scaled(by: $by) } }", {}),
    "a variable's default, with another that is there": (
        "query ($by: Int = 5, $plus: Int) { odds { scaled(by: $by, plus: $plus) } }", {"plus": 1}),
    "a nullable variable in a place with a default, null": (
        "query ($by: Int = 5) { odds { id scaled(by: $by) } }", {"by": None}),
    "a page of a size that is absent, null, there": (
        """query ($n: Int, $m: Int = 2) { crowd(first: $m) { nodes { a: pointHistory(first: $n) { nodes { id } }
        b: pointHistory(first: $m) { nodes { id } } } } }""", {}),
    "a page of a size that is null": (
        "query ($m: Int = 2) { crowd { nodes { id uncounted(first: $m) { nodes { id } } } } }", {"m": None}),
    "a variable of the wrong type": ("query ($by: Int!) { odds { scaled(by: $by) } }", {"by": "x"}),
    "a truth where there should be a number": ("query ($by: Int!) { odds { scaled(by: $by) } }", {"by": True}),
    "a number that is whole, with a point": ("query ($by: Int!) { odds { scaled(by: $by) } }", {"by": 3.0}),
    "a variable that is required and absent": ("query ($by: Int!) { odds { scaled(by: $by) } }", {}),
    "a variable that is required and null": ("query ($by: Int!) { odds { scaled(by: $by) } }", {"by": None}),
    "a variable beyond 32 bits": ("query ($by: Int!) { odds { scaled(by: $by) } }", {"by": 2**31}),
    "a variable that nobody declared": ("query ($by: Int!) { odds { scaled(by: $by) } }", {"by": 1, "x": 2}),
    "more wrong values than are told": (
        "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", {"ids": [{"a": n} for n in range(200)]}),
    "a list of one, written without brackets": (
        "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", {"ids": "@member0"}),
    "an input object with variables inside": (
        """query ($texts: [String], $mood: Mood, $since: DateTime, $at: DateTime) { odds { described(mood: SAD,
        since: $since, filter: { least: 3, texts: $texts, mood: $mood, inner: { at: $at, moods: [GLAD, $mood] }
        }) } }""",
        {"texts": "one", "mood": "SAD", "since": "2026-01-01T00:00:00Z"}),
    "an input object as a variable": (
        "query ($f: Filter) { odds { described(filter: $f) } }",
        {"f": {"texts": ["a", None], "inner": {"moods": ["SAD"]}}}),
    "an input object that is wrong deep inside": (
        "query ($f: Filter) { odds { described(filter: $f) } }", {"f": {"inner": {"moods": ["NONE"], "x": 1}}}),
    "an enum as a variable, null where there is a default": (
        "query ($m: Mood! = GLAD) { odds { a: described(mood: SAD) b: described(mood: $m) } }", {}),
    "an instant that is none": ('{ odds { described(since: "yesterday") } }', {}),
    "an instant that is none, as a variable": (
        "query ($s: DateTime) { odds { described(since: $s) } }", {"s": "yesterday"}),
    "an argument that makes no sense": ('{ stranger(id: "nobody") { id } a: members(first: 101) { totalCount } }', {}),
    "a bad cursor in one of two": (
        """{ stranger(id: "@member3") { a: pointHistory(after: "x") { nodes { id } } }
        b: stranger(id: "@member3") { id } }""", {}),
    "an argument at the root": ("query ($s: Int!) { oddsAbove(score: $s) { id text } }", {"s": 4}),
    "a program that there is not": ('{ program(code: "no such") { code } }', {}),
}  # fmt: skip

ROLES: dict[str, Case] = {
    "a field that some may not see, of what may turn up": (
        """{ node(id: "@member0") { __typename ... on PointsEntry { kind }
        ... on Member { status secret secretHistory { totalCount } secretRequired { available } } } }""", {}),
    "a field that some may not see": ('{ stranger(id: "@member2") { secret status } }', {}),
    "a required field that some may not see": (
        '{ stranger(id: "@member2") { secretRequired { available } status } }', {}),
    "a connection that some may not see": (
        "{ crowd(first: 3) { nodes { id secretHistory { totalCount nodes { kind } } } } }", {}),
    "a root field that some may not see": ("{ hidden { id } odds { id } }", {}),
    "an object in an attribute that some may not see, with loads beneath": (
        "{ odds { id pair { right mirrored { left { status } } } } }", {}),
    "what the process holds, with a field that some may not see": ("{ charters { number secret } }", {}),
    "a field that some may not see, with arguments that make no sense": (
        '{ stranger(id: "@member2") { secretHistory(first: 0) { totalCount } } hidden { id } }', {}),
    "a field that some may not see, with an argument that cannot be made": (
        'query ($m: Int = 2) { stranger(id: "@member2") { status secretHistory(first: $m) { totalCount } } }',
        {"m": None}),
    "my membership": ('{ me { id status } brand: me(program: "brand-standard") { id status } }', {}),
    "a member by id, for staff": ('{ member(id: "@member0") { id } other: member(id: "@member7") { id } }', {}),
    "anything by its id": (
        """{ a: node(id: "@member0") { id } b: node(id: "@member7") { id } c: node(id: "@order0") { id __typename }
        d: node(id: "@pointsEntry3") { ... on PointsEntry { kind order { id } } } }""", {}),
    "many things by their ids, some of them another's": (
        """{ nodes(ids: ["@member0", "@member1", "@member7", "@order0", "@order4", "@member0", "@pointsEntry5"]) {
        id __typename } }""", {}),
    "many things by their ids, twice": (
        """{ a: nodes(ids: ["@member0", "@order0"]) { id } b: nodes(ids: []) { id }
        c: nodes(ids: ["@order0"]) { id } }""", {}),
    "many things by their ids, one of which is none": (
        '{ b: nodes(ids: ["@member0"]) { id } a: nodes(ids: ["@member0", "nonsense"]) { id } }', {}),
    "more ids than are taken": (
        "query ($ids: [ID!]!) { a: nodes(ids: $ids) { id } b: nodes(ids: []) { id } }", {"ids": ["@member0"] * 101}),
    "ids of another kind": (
        """{ a: member(id: "@order0") { id } b: node(id: "ticket_AAAAAAAAAAAAAAAAAAAAAA") { id }
        c: node(id: "@member0A") { id } d: node(id: "member_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA") { id }
        e: member(id: "member_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA") { id } }""", {}),
    "members of a program": ('{ members(first: 2, program: "brand-standard") { totalCount nodes { id status } } }', {}),
}  # fmt: skip

NEW_KEY = "00000000-0000-4000-8000-0000000000ff"
USED_KEY = "00000000-0000-4000-8000-000000000001"
LEFT_KEY = "00000000-0000-4000-8000-000000000002"
JOIN = """joinProgram(input: { idempotencyKey: $key, program: $program }) { __typename
    ... on JoinProgramSuccess { replayed member { id status joinedAt } }
    ... on Refusal { code message } ... on AlreadyMember { member { id points { available } } } }"""
LEAVE = """leaveProgram(input: { idempotencyKey: $key }) { __typename ... on Refusal { code message }
    ... on LeaveProgramSuccess { replayed member { id status growth } } }"""
ORDER = """recordOrder(input: { customer: { issuer: "https://id.example", subject: $who }, order: $order,
    currency: "CNY", paidAt: "2026-02-01T00:00:00Z", lines: [{ quantity: 2, amount: "19.99", sku: "a" }] }) { __typename
    ... on Refusal { code message } ... on FactConflict { source externalId }
    ... on RecordOrderSuccess { replayed points growth order { id amount { amount currency } lines { points } }
    member { id status } } }"""

MUTATIONS: dict[str, Case] = {
    "a mutation that fails": ("mutation { fail { id } blamed: fail(blame: true) { id } }", {}),
    "mutations after one that failed": ("mutation { fail { id } touch(number: 2) { id points { available } } }", {}),
    "no mutation after one that failed and must not": (
        "mutation { touch { id } failRequired { id } fail { id } }", {}),
    "a mutation that finds nothing": ("mutation { touch(number: 99) { id } touchRequired(number: 99) { id } }", {}),
    "a mutation that some may not run": ("mutation { touchRequired { id } mislead { right } }", {}),
    "a mutation that gives something else than it says": ("mutation { mislead { right } touch { status } }", {}),
    "a mutation's success, then its fields": (
        """mutation { tryToTouch(number: 1) { __typename
        ... on TouchSuccess { member { id pointHistory { totalCount } } } } }""", {}),
    "a mutation's success, with a key that is null and one that leads nowhere": (
        """mutation { a: tryToTouch(number: 50) { ... on TouchSuccess { member { id } } } b: tryToTouch(number: 51) {
        ... on TouchSuccess { member { id } memberRequired { id } } } }""", {}),
    "a mutation's refusal, with a field that some may not see": (
        """mutation { tryToTouch(number: -1) { ... on Refusal { __typename code message }
        ... on DeclinedTouch { reason } } }""", {}),
    "a refusal that the union does not know": ("mutation { touch { id } tryToTouch(number: 13) { __typename } }", {}),
    "typename and mutations": ("mutation { __typename a: touch { __typename } b: __typename }", {}),
    "joining": (
        f"mutation ($key: UUID!, $program: String) {{ {JOIN} }}", {"key": NEW_KEY, "program": "brand-standard"}),
    "joining, though a member": (f"mutation ($key: UUID!, $program: String) {{ {JOIN} }}", {"key": NEW_KEY}),
    "joining, with a key that was used": (f"mutation ($key: UUID!, $program: String) {{ {JOIN} }}", {"key": USED_KEY}),
    "joining another program, with a key that was used": (
        f"mutation ($key: UUID!, $program: String) {{ {JOIN} }}", {"key": USED_KEY, "program": "brand-standard"}),
    "joining twice with one key": (
        f"mutation ($key: UUID!, $program: String) {{ a: {JOIN} b: {JOIN} }}",
        {"key": NEW_KEY, "program": "brand-standard"}),
    "joining a program that there is not": (
        f"mutation ($key: UUID!, $program: String) {{ {JOIN} }}", {"key": NEW_KEY, "program": "no such"}),
    "joining with a key that is none": (f"mutation ($key: UUID!, $program: String) {{ {JOIN} }}", {"key": "x"}),
    "leaving, and leaving again": (
        f"mutation ($key: UUID!) {{ a: {LEAVE} b: {LEAVE} }}", {"key": NEW_KEY}),
    "leaving, with a key that was used": (f"mutation ($key: UUID!) {{ {LEAVE} }}", {"key": LEFT_KEY}),
    "an order, and the same again": (
        f"mutation ($who: String!, $order: String!) {{ a: {ORDER} b: {ORDER} }}", {"who": "ben", "order": "new"}),
    "an order that was reported with other content": (
        f"mutation ($who: String!, $order: String!) {{ {ORDER} }}", {"who": "anna", "order": "big"}),
    "an order of one who left": (
        f"mutation ($who: String!, $order: String!) {{ {ORDER} }}", {"who": "dora", "order": "new"}),
    "an order that makes a member": (
        f"mutation ($who: String!, $order: String!) {{ {ORDER} }}", {"who": "somebody new", "order": "new"}),
}  # fmt: skip
