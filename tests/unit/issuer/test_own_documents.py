"""Kept copies of our own documents: quick to read, and never older than what this process has published."""

from installation import Installation

from issuer.services.own_documents import OwnDocuments

TRUST_LIST = "/trust/list.json"


def republished(installation: Installation) -> None:
    from issuer.services.publish_trust_list import publish_trust_list

    publish_trust_list(installation.outside)


def test_a_document_is_kept_for_its_time_and_read_anew_after_it(sqlite_installation: Installation) -> None:
    seconds = [0.0]
    documents = OwnDocuments(sqlite_installation.outside.database, monotonic=lambda: seconds[0], seconds=1.0)
    first = documents.find(TRUST_LIST)
    republished(sqlite_installation)
    assert documents.find(TRUST_LIST) is first
    seconds[0] = 1.0
    assert documents.find(TRUST_LIST) != first


def test_what_was_published_here_is_seen_at_once(sqlite_installation: Installation) -> None:
    documents = OwnDocuments(sqlite_installation.outside.database, monotonic=lambda: 0.0)
    first = documents.find(TRUST_LIST)
    republished(sqlite_installation)
    documents.forget()
    assert documents.find(TRUST_LIST) != first


def test_a_copy_that_was_read_while_something_was_published_is_not_kept(sqlite_installation: Installation) -> None:
    documents: OwnDocuments

    class Database:  # publishes in the middle of a read
        def read(self):
            documents.forget()
            return sqlite_installation.outside.database.read()

    documents = OwnDocuments(Database(), monotonic=lambda: 0.0)  # type: ignore[arg-type]
    first = documents.find(TRUST_LIST)
    republished(sqlite_installation)
    assert documents.find(TRUST_LIST) != first
