"""The access log on the real database: what is written, and that it stays."""

import threading

import pytest
from django.core.management import CommandError, call_command
from django.db import InternalError, ProgrammingError, connection, connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from layers.audit import record
from layers.audit.chain import PURPOSE_MOST
from layers.audit.models import AuditEntry
from layers.audit.verify import verify
from layers.core.errors import Invalid
from layers.core.viewer import ANYONE, Viewer

pytestmark = pytest.mark.django_db

OFFICER = Viewer(user="land_officer", user_id=7, roles=frozenset({"land_officer", "leader"}))


def _without_triggers(statement: str) -> None:
    """What an owner of the table could do on purpose."""
    with connection.cursor() as cursor:
        cursor.execute("alter table audit_entry disable trigger all")
        cursor.execute(statement)
        cursor.execute("alter table audit_entry enable always trigger audit_keep")


def test_an_entry_tells_who_did_what_to_which_feature_when_and_why():
    receipt = record(
        OFFICER, "reveal", layer="parcel_cases", feature_id=9, purpose="  Hồ sơ 12/2026 ", detail={"field": "land_user"}
    )

    entry = AuditEntry.objects.get(sequence=receipt.sequence)
    assert (entry.user_id, entry.login, entry.device) == (7, "land_officer", None)
    assert entry.roles == ["land_officer", "leader"]
    assert (entry.action, entry.layer, entry.feature_id) == ("reveal", "parcel_cases", 9)
    assert (entry.purpose, entry.detail) == ("Hồ sơ 12/2026", {"field": "land_user"})
    assert (entry.hash, entry.at) == (receipt.hash, receipt.at)


def test_each_entry_names_the_hash_of_the_one_before():
    first = record(OFFICER, "view", layer="cameras", feature_id=1)
    second = record(ANYONE, "restricted_search", layer="parcel_cases")

    assert second.sequence == first.sequence + 1
    assert AuditEntry.objects.get(sequence=second.sequence).previous_hash == first.hash


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    purpose=st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
    detail=st.dictionaries(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8),
        st.one_of(
            st.none(),
            st.booleans(),
            st.integers(),
            st.floats(allow_nan=False, allow_infinity=False),
            st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8),
        ),
        max_size=4,
    ),
)
def test_python_computes_the_same_hash_as_the_database_for_any_text(purpose, detail):
    record(OFFICER, "view", layer="schools", feature_id=-3, purpose=purpose, detail=detail)

    assert verify().broken is None


@pytest.mark.parametrize(
    "statement",
    [
        "update audit_entry set purpose = 'khác'",
        "delete from audit_entry",
        "truncate audit_entry",
        "set local session_replication_role = replica; delete from audit_entry",
    ],
)
def test_nobody_changes_or_removes_an_entry(statement):
    receipt = record(OFFICER, "view", layer="cameras")

    with pytest.raises((InternalError, ProgrammingError), match="append-only"), transaction.atomic():
        connection.cursor().execute(statement)

    assert AuditEntry.objects.filter(sequence=receipt.sequence).exists()


def test_raw_sql_cannot_choose_number_time_or_hash():
    last = record(OFFICER, "view", layer="cameras")

    connection.cursor().execute(
        "insert into audit_entry (sequence, at, action, previous_hash, hash)"
        " values (99999, '2001-01-01', 'forge', 'x', 'y')"
    )

    entry = AuditEntry.objects.get(action="forge")
    assert (entry.sequence, entry.previous_hash) == (last.sequence + 1, last.hash)
    assert entry.at >= last.at
    assert verify().broken is None


def test_several_rows_of_one_statement_are_chained_in_turn():
    record(OFFICER, "view", layer="cameras")

    connection.cursor().execute("insert into audit_entry (action) values ('one'), ('two'), ('three')")

    assert verify().broken is None


def test_a_purpose_that_is_too_long_is_refused_by_name():
    with pytest.raises(Invalid) as refused:
        record(OFFICER, "reveal", layer="parcel_cases", purpose="x" * (PURPOSE_MOST + 1))

    assert refused.value.field == "purpose"


@pytest.mark.parametrize(
    "detail", [{"a": object()}, {"a": float("nan")}, {"a": "x" * 9_000}, {"a": "\0"}, {"a": "\ud800"}]
)
def test_a_detail_the_log_cannot_hold_is_refused_by_name(detail):
    with pytest.raises(Invalid) as refused:
        record(OFFICER, "export", layer="schools", detail=detail)

    assert refused.value.field == "detail"


def test_a_purpose_of_broken_unicode_is_kept_readable():
    receipt = record(OFFICER, "reveal", layer="parcel_cases", purpose="hồ\ud800 sơ\0")

    assert AuditEntry.objects.get(sequence=receipt.sequence).purpose == "hồ sơ"


def test_verify_names_the_first_entry_whose_content_was_changed():
    changed = record(OFFICER, "reveal", layer="parcel_cases", feature_id=1)
    record(OFFICER, "reveal", layer="parcel_cases", feature_id=2)
    _without_triggers(f"update audit_entry set feature_id = 5 where sequence = {changed.sequence}")

    with pytest.raises(CommandError, match=f"entry {changed.sequence}: .*content"):
        call_command("verify_audit")


def test_verify_names_an_entry_that_was_taken_out():
    taken = record(OFFICER, "view", layer="cameras")
    record(OFFICER, "view", layer="cameras")
    _without_triggers(f"delete from audit_entry where sequence = {taken.sequence}")

    with pytest.raises(CommandError, match=f"entry {taken.sequence}: .*missing"):
        call_command("verify_audit")


def test_verify_names_a_rewritten_entry_whose_own_hash_was_made_to_fit():
    rewritten = record(OFFICER, "view", layer="cameras")
    after = record(OFFICER, "view", layer="cameras")
    _without_triggers(
        f"update audit_entry e set action = 'other' where sequence = {rewritten.sequence};"
        f"update audit_entry e set hash = audit_hash(e) where sequence = {rewritten.sequence}"
    )

    with pytest.raises(CommandError, match=f"entry {after.sequence}: .*entry before"):
        call_command("verify_audit")


def test_an_anchor_kept_elsewhere_shows_a_tail_that_was_cut_off():
    record(OFFICER, "view", layer="cameras")
    last = record(OFFICER, "view", layer="cameras")
    _without_triggers(f"delete from audit_entry where sequence = {last.sequence}")

    assert verify().broken is None
    with pytest.raises(CommandError, match=f"entry {last.sequence}: .*missing"):
        call_command("verify_audit", f"--anchor={last.sequence}:{last.hash}")


def test_an_anchor_kept_elsewhere_shows_a_chain_that_was_rewritten_as_a_whole():
    last = record(OFFICER, "view", layer="cameras")

    with pytest.raises(CommandError, match=f"entry {last.sequence}: .*elsewhere"):
        call_command("verify_audit", f"--anchor={last.sequence}:{'f' * 64}")


def test_a_log_without_its_archived_beginning_verifies_from_where_it_begins():
    archived = record(OFFICER, "view", layer="cameras")
    record(OFFICER, "view", layer="cameras")
    _without_triggers(f"delete from audit_entry where sequence <= {archived.sequence}")

    assert verify().broken is not None
    assert verify(first=archived.sequence + 1).broken is None


@pytest.mark.django_db(transaction=True)
def test_writers_at_the_same_time_make_one_chain():
    before = AuditEntry.objects.count()

    def write() -> None:
        try:
            for number in range(10):
                with transaction.atomic():
                    record(OFFICER, "view", layer="cameras", feature_id=number)
        finally:
            connections.close_all()

    writers = [threading.Thread(target=write) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    assert AuditEntry.objects.count() == before + 40
    assert verify().broken is None


def test_emptying_the_database_leaves_the_log():
    record(OFFICER, "view", layer="cameras")

    call_command("flush", interactive=False, verbosity=0)

    assert AuditEntry.objects.filter(action="view").exists()
