"""What may be registered over a parcel: each transaction with its checks, all of it or nothing, through the ledger."""

from land_records.transactions.boundaries import boundary
from land_records.transactions.certificates import certify, withdraw
from land_records.transactions.changes import change_of_use, correct, undo_last
from land_records.transactions.filing import Filing, Paper
from land_records.transactions.merging import merge
from land_records.transactions.restrictions import Terms, lift, mortgage, release, restrict
from land_records.transactions.rights import Holding, Manner, transfer
from land_records.transactions.splitting import split
from land_records.transactions.uses import Use

__all__ = [
    "Filing",
    "Holding",
    "Manner",
    "Paper",
    "Terms",
    "Use",
    "boundary",
    "certify",
    "change_of_use",
    "correct",
    "lift",
    "merge",
    "mortgage",
    "release",
    "restrict",
    "split",
    "transfer",
    "undo_last",
    "withdraw",
]
