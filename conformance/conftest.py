"""Fixtures: a server per engine, and accounts on it."""

from __future__ import annotations

import contextlib
import itertools
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import gumnut
import pytest

from kit.account import Account
from kit.coverage import Coverage
from kit.postgres import fresh_schema
from kit.server import Server, panics

POSTGRES_URL = os.environ.get("CONFORMANCE_POSTGRES_URL")
_LOG = pytest.StashKey[tuple[Server, int]]()
_numbers = itertools.count(1)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--engine",
        choices=("sqlite", "postgres", "both"),
        default="both" if POSTGRES_URL else "sqlite",
        help="database behind the server; postgres needs CONFORMANCE_POSTGRES_URL",
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "engine" in metafunc.fixturenames:
        chosen = metafunc.config.getoption("--engine")
        engines = ["sqlite", "postgres"] if chosen == "both" else [chosen]
        if "postgres" in engines and not POSTGRES_URL:
            raise pytest.UsageError("--engine postgres needs CONFORMANCE_POSTGRES_URL")
        metafunc.parametrize("engine", engines, scope="session")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What looks back at all tests runs behind them, and not at all when some are left out."""
    looking_back = [item for item in items if item.path.name == "test_coverage.py"]
    items[:] = [item for item in items if item not in looking_back]
    if _is_full(config):
        items += looking_back
    else:
        config.hook.pytest_deselected(items=looking_back)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if _is_full(config):
        terminalreporter.write_line(f"client {gumnut.__version__}: {Coverage.now().summary()}")


def _is_full(config: pytest.Config) -> bool:
    chosen = config.args_source is not pytest.Config.ArgsSource.TESTPATHS
    option = config.option
    return not (chosen or option.keyword or option.markexpr or option.deselect or option.ignore or option.collectonly)


@pytest.fixture(scope="session")
def prepare(engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Server]]:
    """One more server, not started, over a new data folder (and schema), and perhaps with settings."""
    binary = os.environ.get("HELIOGRAPH_BIN")
    if not binary:
        pytest.fail("HELIOGRAPH_BIN does not name the server's binary; conformance/run sets it")
    with contextlib.ExitStack() as cleanup:

        def make(folder: Path | None = None, **settings: str) -> Server:
            database = cleanup.enter_context(fresh_schema(POSTGRES_URL)) if engine == "postgres" else None
            server = Server(Path(binary), folder or tmp_path_factory.mktemp(engine), database, settings)
            cleanup.callback(server.kill)
            return server

        yield make


@pytest.fixture(scope="session")
def launch(prepare: Callable[..., Server]) -> Callable[..., Server]:
    """As `prepare`, and starts it."""
    return lambda **settings: prepare(**settings).start()


@pytest.fixture(scope="session")
def server(launch: Callable[..., Server]) -> Iterator[Server]:
    """The server that most tests share."""
    server = launch()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def new_account(server: Server) -> Iterator[Callable[[], Account]]:
    """Makes an account with an empty library."""
    made: list[Account] = []

    def create() -> Account:
        email = f"person{next(_numbers)}@example.com"
        made.append(Account(server.url, server.create_user(email), email))
        return made[-1]

    yield create
    for account in made:
        account.close()


@pytest.fixture
def account(new_account: Callable[[], Account]) -> Account:
    """Somebody whose library nobody else touches."""
    return new_account()


@pytest.fixture
def stranger(new_account: Callable[[], Account]) -> Account:
    """Somebody else."""
    return new_account()


@pytest.fixture
def signed_in(server: Server) -> Iterator[Callable[[Account], Account]]:
    """Gives the same person with a first-party session instead of a key."""
    made: list[Account] = []

    def sign_in(account: Account) -> Account:
        made.append(Account(server.url, server.session(account.email), account.email))
        return made[-1]

    yield sign_in
    for account in made:
        account.close()


@pytest.fixture(scope="module")
def resident(new_account: Callable[[], Account]) -> Account:
    """One account for a whole module: for tests that only look at what they made themselves."""
    return new_account()


@pytest.fixture(autouse=True)
def watched_log(request: pytest.FixtureRequest) -> Iterator[None]:
    """No test may make the server panic; a failing one shows what the server said meanwhile."""
    if "server" not in request.fixturenames:
        yield
        return
    server: Server = request.getfixturevalue("server")
    start = server.log_size()
    request.node.stash[_LOG] = (server, start)
    yield
    assert not panics(server.log_since(start))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    outcome = yield
    report = outcome.get_result()
    if report.failed and _LOG in item.stash:
        server, start = item.stash[_LOG]
        report.sections.append(("the server's log during this test", server.log_tail(start)))
