"""Reading and writing rows: statements compiled once, on one connection for one request or transaction."""

from .asking import MOST_JOINED
from .beside import Failed
from .one_connection import OneConnection
from .paging import OrderedPage, Page
from .pool import Database, Settings
from .reading import Columns, Reader
from .rows import Row, record_of
from .statements import Keys, Statement, many_each, one_each
from .transactions import Transaction
from .writing import Write, in_columns, insert_many_of, insert_of

__all__ = [
    "MOST_JOINED",
    "Columns",
    "Database",
    "Failed",
    "Keys",
    "OneConnection",
    "OrderedPage",
    "Page",
    "Reader",
    "Row",
    "Settings",
    "Statement",
    "Transaction",
    "Write",
    "in_columns",
    "insert_many_of",
    "insert_of",
    "many_each",
    "one_each",
    "record_of",
]
