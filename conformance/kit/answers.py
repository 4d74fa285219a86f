"""Reading answers, above all refusals (contract 1.8)."""

from __future__ import annotations

from typing import Any

import httpx

Loc = tuple[str | int, ...]


def accepted(answer: httpx.Response, status: int = 200) -> Any:
    """The JSON of an answer that must have this status."""
    assert answer.status_code == status, described(answer, status)
    assert answer.headers["content-type"].split(";")[0] == "application/json", answer.headers["content-type"]
    return answer.json()


def refused(answer: httpx.Response, status: int) -> Any:
    """The `detail` of a refusal with this status, after a look at the whole envelope."""
    assert answer.status_code == status, described(answer, status)
    assert answer.headers["content-type"].split(";")[0] == "application/json", answer.headers["content-type"]
    body = answer.json()
    assert isinstance(body, dict) and "detail" in body, body
    detail = body["detail"]
    if status == 422 and isinstance(detail, list):
        assert detail, "a list of problems without a problem"
        for problem in detail:
            _check_problem(problem)
    else:
        assert isinstance(detail, str) and detail, detail
    if status == 401:
        assert answer.headers.get("www-authenticate", "").startswith("Bearer"), dict(answer.headers)
    return detail


def invalid(answer: httpx.Response, *places: Loc) -> list[dict[str, Any]]:
    """The problems of a 422; when `places` are given, exactly those are complained of."""
    detail = refused(answer, 422)
    assert isinstance(detail, list), f"expected a list of problems, not {detail!r}"
    if places:
        found = {tuple(problem["loc"]) for problem in detail}
        assert found == set(places), detail
    return detail


def described(answer: httpx.Response, wanted: object) -> str:
    """A status that was not wanted, with what was asked and answered."""
    request = answer.request
    return f"{request.method} {request.url}: {answer.status_code} instead of {wanted}: {answer.text[:2000]}"


def _check_problem(problem: Any) -> None:
    assert isinstance(problem, dict) and {"loc", "msg", "type"} <= set(problem), problem
    loc = problem["loc"]
    assert isinstance(loc, list) and loc and loc[0] in ("body", "query", "path", "header"), problem
    assert all(isinstance(step, (str, int)) and not isinstance(step, bool) for step in loc), problem
    assert isinstance(problem["msg"], str) and problem["msg"], problem
    assert isinstance(problem["type"], str) and problem["type"], problem
