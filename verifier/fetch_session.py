"""The fetches of one verification: counted, bounded, each URL asked once, and recorded for the report."""

from urllib.parse import urlsplit

from verifier.environment import Environment, FetchError, FetchRules, Response
from verifier.report import FetchRecord


class FetchSession:
    """A Fetch for one verification.

    Documents that the caller gave cost nothing of the bounds: only cache and net answers are counted.
    """

    def __init__(self, environment: Environment) -> None:
        self._fetch = environment.fetch
        self._limits = environment.limits
        self._answers: dict[tuple[str, FetchRules], Response | FetchError] = {}
        self._hosts: set[str] = set()
        self._counted = 0
        self.records: list[FetchRecord] = []

    def __call__(self, url: str, *, rules: FetchRules) -> Response:
        """Answer from this verification's answers, else ask.

        Raises:
            FetchError: as `verifier.environment.Fetch`; also `refused` beyond the bounds of one verification.
        """
        url = url.partition("#")[0]
        key = (url, rules)  # what was answered under laxer rules, redirects for one, is no answer under stricter ones
        answer = self._answers.get(key)
        if answer is None:
            answer = self._answers[key] = self._ask(url, rules)
            self._record(url, answer)
        if isinstance(answer, FetchError):
            raise FetchError(answer.reason) from answer
        return answer

    def _ask(self, url: str, rules: FetchRules) -> Response | FetchError:
        host = _host(url)
        if self._counted >= self._limits.fetches or (
            host not in self._hosts and len(self._hosts) >= self._limits.hosts
        ):
            return FetchError("refused")
        try:
            response = self._fetch(url, rules=rules)
        except FetchError as problem:
            if problem.reason == "failed":
                self._count(host)
            return problem
        if response.source != "documents":
            self._count(host)
        return FetchError("refused") if len(response.body) > rules.max_bytes else response

    def _count(self, host: str) -> None:
        self._counted += 1
        self._hosts.add(host)

    def _record(self, url: str, answer: Response | FetchError) -> None:
        if isinstance(answer, FetchError):
            self.records.append(FetchRecord(url=url, result=answer.reason, source=None, bytes=0))
        else:
            self.records.append(FetchRecord(url=url, result="ok", source=answer.source, bytes=len(answer.body)))


def _host(url: str) -> str:
    try:
        return urlsplit(url).netloc
    except ValueError:
        return ""
