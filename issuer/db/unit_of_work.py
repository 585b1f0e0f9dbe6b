"""One transaction and the repositories inside it; nothing else commits."""

from types import TracebackType
from typing import Self

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.orm import Session

from issuer.db.engine import reading_engine, writing_engine
from issuer.db.repositories.agreements import AgreementRepository
from issuer.db.repositories.audit import AuditRepository
from issuer.db.repositories.batch_facts import BatchFactsRepository
from issuer.db.repositories.batches import BatchRepository
from issuer.db.repositories.catalogue import CatalogueRepository
from issuer.db.repositories.coaching import CoachingRepository
from issuer.db.repositories.compact_codes import CompactCodeRepository
from issuer.db.repositories.credentials import CredentialRepository
from issuer.db.repositories.demonstrations import DemonstrationRepository
from issuer.db.repositories.drafts import DraftRepository
from issuer.db.repositories.endorsements import EndorsementRepository
from issuer.db.repositories.environments import EnvironmentRepository
from issuer.db.repositories.erasures import ErasureRepository
from issuer.db.repositories.exchanges import ExchangeRepository
from issuer.db.repositories.followups import FollowUpRepository
from issuer.db.repositories.holdings import HoldingRepository
from issuer.db.repositories.institutions import InstitutionRepository
from issuer.db.repositories.notices import NoticeRepository
from issuer.db.repositories.outbox import OutboxRepository
from issuer.db.repositories.own_access import OwnAccessRepository
from issuer.db.repositories.people import PeopleRepository
from issuer.db.repositories.publications import PublicationRepository
from issuer.db.repositories.questions import QuestionRepository
from issuer.db.repositories.recognition import RecognitionRepository
from issuer.db.repositories.shares import ShareRepository
from issuer.db.repositories.sign_in import SignInRepository
from issuer.db.repositories.staff import StaffRepository
from issuer.db.repositories.statistics import StatisticsRepository
from issuer.db.repositories.trust import TrustRepository
from issuer.db.repositories.withdrawals import WithdrawalRepository
from issuer.domain.errors import StoreBusyError


class UnitOfWork:
    """A transaction. Leaving the block commits; an exception rolls everything back."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def __enter__(self) -> Self:
        """Open the transaction and its repositories."""
        self._session = Session(self._engine, autoflush=False, expire_on_commit=False)
        self._session.begin()
        self._session.connection()  # BEGIN now: on SQLite the write lock is taken here or not at all
        self.audit = AuditRepository(self._session)
        self.catalogue = CatalogueRepository(self._session)
        self.credentials = CredentialRepository(self._session)
        self.institutions = InstitutionRepository(self._session)
        self.outbox = OutboxRepository(self._session)
        self.people = PeopleRepository(self._session)
        self.publications = PublicationRepository(self._session)
        self.shares = ShareRepository(self._session)
        self.sign_in = SignInRepository(self._session)
        self.staff = StaffRepository(self._session)
        self.environments = EnvironmentRepository(self._session)
        self.coaching = CoachingRepository(self._session)
        self.agreements = AgreementRepository(self._session)
        self.demonstrations = DemonstrationRepository(self._session)
        self.drafts = DraftRepository(self._session)
        self.withdrawals = WithdrawalRepository(self._session)
        self.batches = BatchRepository(self._session)
        self.batch_facts = BatchFactsRepository(self._session)
        self.own_access = OwnAccessRepository(self._session)
        self.holdings = HoldingRepository(self._session)
        self.erasures = ErasureRepository(self._session)
        self.notices = NoticeRepository(self._session)
        self.exchanges = ExchangeRepository(self._session)
        self.compact_codes = CompactCodeRepository(self._session)
        self.recognition = RecognitionRepository(self._session)
        self.trust = TrustRepository(self._session)
        self.statistics = StatisticsRepository(self._session)
        self.followups = FollowUpRepository(self._session)
        self.questions = QuestionRepository(self._session)
        self.endorsements = EndorsementRepository(self._session)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Commit, or roll back if the block raised."""
        try:
            if problem is None:
                self._session.commit()
            else:
                self._session.rollback()
        except DBAPIError as late:  # a constraint may speak only at commit
            problem = late
        finally:
            self._session.close()
        if isinstance(problem, OperationalError | IntegrityError):
            # Two changes met, or a lock was not had in time: the caller may try again, the driver's words stay here.
            raise StoreBusyError(type(problem.orig).__name__) from problem
        if kind is None and problem is not None:
            raise problem


class Database:
    """The two engines of one database; made in a composition root, given to services."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._writer, self._reader = writing_engine(url), reading_engine(url)

    def write(self) -> UnitOfWork:
        """A transaction that may write."""
        return UnitOfWork(self._writer)

    def read(self) -> UnitOfWork:
        """A transaction that only reads; the database itself refuses writes on it."""
        return UnitOfWork(self._reader)

    def close(self) -> None:
        """Give all connections back."""
        self._writer.dispose()
        self._reader.dispose()
