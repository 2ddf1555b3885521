"""What the product is asked for: the page of a member, and a list for staff."""

from collections.abc import Sequence

import orjson

from benchmarks.lives import PROGRAM
from benchmarks.numbers import VALUE

from .peer import Asked

PAGE = """query Page($program: String) { me(program: $program) {
  id displayName joinedAt
  tier { code name threshold benefits { code kind name } }
  tierProgress { growth nextTier { code name threshold } growthRemaining ratio }
  points { available pending held debt }
  checkIn { today { id points } streak }
  coupons(first: 10, states: [ISSUED]) { nodes {
    id state expiresAt
    template { code kind name amount { amount currency } threshold { amount currency } }
  } }
  pointHistory(first: 20) {
    nodes { id kind change pendingChange balanceAfter occurredAt cause rule }
    pageInfo { hasNextPage endCursor }
  }
} }"""
LIST = """query List($program: String, $first: Int!, $after: String) {
  members(program: $program, first: $first, after: $after) {
    nodes {
      id displayName joinedAt
      tier { code name }
      points { available }
      coupons(first: 3, states: [ISSUED]) { nodes { id state expiresAt template { code kind name } } }
    }
    pageInfo { hasNextPage endCursor }
  }
}"""
GREETING = "query Greeting($program: String) { me(program: $program) { id } }"
CURSORS = """query Cursors($program: String, $after: String) {
  members(program: $program, first: 100, after: $after) { pageInfo { hasNextPage endCursor } } }"""
LISTED = {f"list of {first}": first for first in (10, 50, 100)}
"""Lists by their names: how many members are on each."""
SHOWN = '"joinedAt":"'
"""In each answer that shows a member."""


def page_asked() -> Asked:
    return Asked("/graphql", _body(PAGE, program=PROGRAM), SHOWN)


def greeting_asked() -> Asked:
    """By which a process learns of a token, and of nothing else."""
    return Asked("/graphql", _body(GREETING, program=PROGRAM), '"me":{"id":"')


def list_asked(first: int, cursors: Sequence[str]) -> Asked:
    return Asked("/graphql", _body(LIST, program=PROGRAM, first=first, after=VALUE), SHOWN, cursors)


def _body(query: str, **variables: object) -> str:
    return orjson.dumps({"query": query, "variables": variables}).decode()
