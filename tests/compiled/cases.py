"""What is easy to miss in the specification, and in this graph: a document for each.

`@member0` stands for the global id of the first member, `@newest0` for the cursor of their newest entry, `@cursors2`
for the cursor of the third entry. Members in the order in which they joined:
0 anna, 1 ben (no orders? see `odd_world`), …, 7 anna and 8 hans of the brand's program, 9 ines.
"""

from collections.abc import Mapping
from typing import Any

Case = tuple[str, Mapping[str, Any]]

NULLS: dict[str, Case] = {
    "a null where there must be a value nulls the nearest parent that may be null": (
        '{ stranger(id: "@member0") { status missing } other: stranger(id: "@member1") { status missing } }',
        {},
    ),
    "a null goes up to the item of a list": ("{ oddsMaybe { id score } }", {}),
    "a null goes up through a strict list to the root": ("{ odds { id score } other: odds { id } }", {}),
    "a null goes up through two objects": (
        '{ a: stranger(id: "@member0") { twin { twin { failingRequired } } } '
        'b: stranger(id: "@member1") { twin { twin { failingRequired } } } }',
        {},
    ),
    "a null goes up through a required item into a list that may be null": (
        "{ oddsMaybe { id strictHoles { pending } strictGrid } }",
        {},
    ),
    "an error in one field leaves its siblings": ('{ stranger(id: "@member0") { failing status growth } }', {}),
    "an error that is returned and not raised": ("{ crowd { nodes { id returned } } }", {}),
    "the caller's mistake keeps its code": ("{ crowd { nodes { id blaming } } }", {}),
    "one key of a batch fails": ("{ crowd { nodes { id oneKey } } }", {}),
    "one required key of a batch fails and takes the list along": ("{ crowd { nodes { id oneKeyRequired } } }", {}),
    "the whole batch fails": ("{ crowd(first: 3) { nodes { id allFail { right } } } }", {}),
    "a batch answers too few": ("{ crowd(first: 3) { nodes { id tooFew } } }", {}),
    "a batch answers too many": ("{ crowd(first: 3) { nodes { id tooMany } } }", {}),
    "a batch takes its time, and another gives up": (
        "{ crowd(first: 3) { nodes { late tired: late(tired: true) again: late } } }",
        {},
    ),
    "a page of some owners fails": ("{ crowd { nodes { uncounted(first: 1) { nodes { kind } } } } }", {}),
    "a total of some owners fails": ("{ crowd { nodes { miscounted(first: 1) { totalCount nodes { kind } } } } }", {}),
    "a key that is null loads nothing": ("{ odds { id member { status } } }", {}),
    "a key that leads nowhere where there must be something": ("{ oddsMaybe { id memberRequired { status } } }", {}),
    "a key of two columns, of which one is null": ("{ odds { id order { externalId lines { number sku } } } }", {}),
    "a field that is given up does not take along what others wait for": (
        "{ oddsMaybe { id memberRequired { status } orderRequired { channel } } }",
        {},
    ),
    "a total that is given up does not take along what others wait for": (
        """{ oddsMaybe { id orderRequired { channel } member { pointHistory { totalCount nodes { id } } } } }""",
        {},
    ),
    "a key of two columns that leads nowhere where there must be something": (
        "{ oddsMaybe { id orderRequired { externalId } } }",
        {},
    ),
}

VALUES: dict[str, Case] = {
    "lists of lists with nulls": ("{ odds { grid strictGrid } }", {}),
    "an item of a list of objects is wrong deep inside": ("{ odds { holes { pending } strictHoles { pending } } }", {}),
    "a value that is no list": ("{ odds { notAList } }", {}),
    "a value that is no list of objects": ("{ odds { notPairs { right left { status } } } }", {}),
    "Int is 32 bits": ("{ odds { huge } }", {}),
    "numbers, truths and ids that are none": ("{ odds { ratio flag named } }", {}),
    "an enum by value, by member, unknown, null": ("{ odds { state mood } }", {}),
    "an unknown enum value where there must be one": ("{ oddsMaybe { id stateRequired } }", {}),
    "text with quotes and line ends": ("{ odds { textMaybe } oddsMaybe { text } }", {}),
    "an instant that may be null, and one that may not": ("{ odds { at } oddsMaybe { atRequired } }", {}),
    "loads beneath a computed object": (
        "{ odds { pair { right names left { status pointHistory { nodes { kind } } } } } }", {}),
    "loads beneath an object that is another one each time": (
        """{ odds { pair { mirror { right left { status } mirror { right left { id } flipped { right left { id } } } }
        partner { left { id } flipped { right left { id } } } } } }""", {}),
    "an object that is not what it says": ("{ odds { id wrongPair { right } wrongPairs { right } } }", {}),
    "an object that is not what it says, of which only the type is asked": (
        "{ odds { id wrongPair { __typename } wrongPairs { __typename } } }", {}),
    "an object that is not what it says, with loads beneath": (
        "{ odds { id wrongPair { left { status } } wrongPairs { leftRequired { id } right } } }", {}),
    "what the process holds, in the language asked for": (
        "{ odds { charter { number words next { words parts { number words } } } charters { words } } }", {}),
    "what the process holds, with an error in it": ("{ charters { number unlucky needed } }", {}),
    "what the process holds, with a required error in it": (
        "{ charters { number } again: charters { number unluckyRequired } }", {}),
    "what the process holds, lacking a word in a list": ("{ charters { number parts { needed } } }", {}),
    "what the process holds, with arguments": (
        "query ($by: Int) { charters { a: times(by: 3) b: times(by: $by) parts { times } } }", {"by": None}),
}  # fmt: skip

SELECTIONS: dict[str, Case] = {
    "a union by the class of the row": (
        "{ crowd { nodes { favourite { __typename ... on Member { status } ... on PointsEntry { kind } } } } }", {}),
    "an interface in a list with holes": (
        "{ crowd { nodes { belongings { id } belongingsMaybe { __typename ... on Member { growth } } } } }", {}),
    "fragments on interface and union, spread twice": (
        """query { node(id: "@member0") { ...A ...A ...B } }
        fragment A on Node { id ... on Member { points { available } } }
        fragment B on Member { points { pending } status }""", {}),
    "the same key merges sub-selections": (
        """{ stranger(id: "@member3") { pointHistory(first: 2) { nodes { kind } } pointHistory(first: 2) { nodes {
        change } pageInfo { hasNextPage } } ... { pointHistory(first: 2) { totalCount } } } }""", {}),
    "one field under several keys": (
        """{ a: stranger(id: "@member1") { x: status y: status } b: stranger(id: "@member3") { one: pointHistory(
        first: 1) { nodes { kind } } two: pointHistory(first: 2) { nodes { id } } again: pointHistory(first: 1) { nodes
        { id } } } }""", {}),
    "fields that cannot be merged": ('{ stranger(id: "@member0") { a: status a: growth } }', {}),
    "skip wins over include": (
        """query ($on: Boolean!) { stranger(id: "@member0") { id @skip(if: $on) @include(if: $on)
        ...F @include(if: $on) ... @skip(if: $on) { growth } } } fragment F on Member { status }""", {"on": True}),
    "nothing is left of an object": (
        'query ($on: Boolean!) { stranger(id: "@member0") { id @include(if: $on) } }', {"on": False}),
    "nothing is left of an operation": ("query ($on: Boolean!) { odds @include(if: $on) { id } }", {"on": False}),
    "a list that is not counted": ("{ crowd(first: 1) { totalCount nodes { id } } }", {}),
    "a list that is counted by what limits it": (
        """query ($least: Int!) { crowd { nodes { a: filtered(least: $least, first: 1) { totalCount nodes {
        balanceAfter } } b: filtered(first: 2) { totalCount } } } }""", {"least": 100}),
    "a total and nothing else": ("{ members { totalCount } crowd { nodes { pointHistory { totalCount } } } }", {}),
    "a page, what is before it and after it": (
        """{ stranger(id: "@member0") { pointHistory(first: 1, after: "@newest0") { edges { cursor node { id } }
        pageInfo { startCursor endCursor hasNextPage hasPreviousPage } } } }""", {}),
    "an empty page": (
        """{ stranger(id: "@member0") { pointHistory(after: "@cursors0") { nodes { id } totalCount
        pageInfo { startCursor endCursor hasNextPage hasPreviousPage } } } }""", {}),
    "an ordinary resolver for every object": (
        'query ($l: Boolean) { crowd { nodes { greeting(name: "x", loud: $l) twin { status } } } }', {"l": True}),
    "typename at the root": ("{ __typename a: __typename odds { __typename } }", {}),
    "response keys that mean something in Python": (
        "{ None: odds { class: id run: id results: id s0: id lambda: textMaybe __x: id } }", {}),
    "nothing of that name": ("{ nothing }", {}),
    "no document": ("{ member(", {}),
    "a document without an operation": ("fragment F on Member { id }", {}),
}  # fmt: skip
