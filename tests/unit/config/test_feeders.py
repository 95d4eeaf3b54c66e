"""[feeders]: what can be set, what is refused, and that no secret is shown."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from streams.config import load, shown
from streams.config.feeders import FeederSettings, FeedSettings, FolderSettings, MailboxSettings, PushSecret, PushSettings
from streams.domain.errors import ConfigError

WHOLE = """
[feeders]
datadir = "state/feeders"
metrics_port = 7000
queue = 100
keep_days = 7
host_pace = 1.5
[feeders.folder]
path = "inbox"
source = "desk"
interval = 2
ignore = ["*.new"]
[feeders.http]
port = 9000
token_env = "PUSH_TOKEN"
[feeders.http.sources.acme]
hmac_env = "ACME_KEY"
[feeders.rss.acme-en]
url = "https://acme.example/rss"
[feeders.rss.acme-fr]
url = "https://acme.example/fr"
source = "acme"
interval = 60
[feeders.imap.desk]
host = "imap.example"
user = "desk"
password_env = "DESK_PASSWORD"
move_to = "Fed"
[sources.acme]
quota = 120
"""


def loaded(tmp_path: Path, text: str) -> FeederSettings:
    path = tmp_path / "wirebell.toml"
    path.write_text(text, encoding="utf-8")
    return load(path, {}).feeders


def test_everything_can_be_set(tmp_path: Path) -> None:
    assert loaded(tmp_path, WHOLE) == FeederSettings(
        Path("state/feeders"),
        metrics_port=7000,
        queue=100,
        keep_days=7,
        host_pace=1.5,
        folder=FolderSettings(Path("inbox"), "desk", 2.0, ("*.new",)),
        http=PushSettings(port=9000, token_env="PUSH_TOKEN", sources={"acme": PushSecret(hmac_env="ACME_KEY")}),
        rss={
            "acme-en": FeedSettings("https://acme.example/rss", "acme-en"),
            "acme-fr": FeedSettings("https://acme.example/fr", "acme", 60.0),
        },
        imap={"desk": MailboxSettings("imap.example", "desk", "DESK_PASSWORD", "desk", move_to="Fed")},
    )


def test_a_source_may_have_a_quota(tmp_path: Path) -> None:
    (tmp_path / "w.toml").write_text(WHOLE)
    assert load(tmp_path / "w.toml", {}).core.source("acme").quota == 120


def test_without_the_table_nothing_is_fed(tmp_path: Path) -> None:
    assert loaded(tmp_path, "") == FeederSettings()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("feeders = 1", "feeders: must be a table"),
        ("[feeders]\nquue = 1", r"feeders\.quue: unknown setting; did you mean queue\?"),
        ("[feeders]\nqueue = 0", r"feeders\.queue: must be a whole number from 1"),
        ("[feeders]\nfolder = 1", r"feeders\.folder: must be a table"),
        ("[feeders.folder]", r"feeders\.folder\.path: must be set"),
        ('[feeders.folder]\npath = "a"\nintervall = 1', r"feeders\.folder\.intervall: unknown setting; did you mean interval\?"),
        ('[feeders.folder]\npath = "a"\ndone = "../done"', r"feeders\.folder\.done: must be the name of a folder"),
        ('[feeders.folder]\npath = "a"\nsource = "a b"', r"feeders\.folder\.source: must be a source id"),
        ('[feeders.folder]\npath = "a"\nignore = "*.x"', r"feeders\.folder\.ignore: must be a list"),
        ('[feeders.http]\ntoken_env = "hunter2 hunter2!"', r"feeders\.http\.token_env: must be the name of an environment variable"),
        ('[feeders.http.sources."a b"]\ntoken_env = "X"', r"feeders\.http\.sources\.a b: must be a source id"),
        ("[feeders.http.sources]\nacme = 1", r"feeders\.http\.sources\.acme: must be a table"),
        ("[feeders.rss.acme]", r"feeders\.rss\.acme\.url: must be set"),
        ('[feeders.rss.acme]\nurl = "file:///etc/passwd"', r"feeders\.rss\.acme\.url: must be an http"),
        ('[feeders.rss.acme]\nurl = "https://u:hunter2@a.example/"', r"feeders\.rss\.acme\.url: must not hold credentials"),
        ('[feeders.rss."a b"]\nurl = "https://a.example/"', r"feeders\.rss\.a b\.source: must be a source id"),
        ("[feeders]\nrss = [1]", r"feeders\.rss: must be a table"),
        ('[feeders.imap.desk]\nhost = "h"\nuser = "u"', r"feeders\.imap\.desk\.password_env: must be set"),
        (
            '[feeders.imap.desk]\nhost = "h"\nuser = "u"\npassword_env = "P"\ntls = "maybe"',
            r'feeders\.imap\.desk\.tls: must be "tls", "starttls" or "none"',
        ),
        ("[sources.acme]\nquota = -1", r"sources\.acme\.quota: must be a whole number"),
    ],
)
def test_a_slip_is_refused_by_name_and_without_the_value(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message) as refused:
        loaded(tmp_path, text)
    assert "hunter2" not in str(refused.value)


def test_they_are_shown(tmp_path: Path) -> None:
    (tmp_path / "w.toml").write_text(WHOLE)
    feeders = json.loads(json.dumps(shown(load(tmp_path / "w.toml", {}))))["feeders"]
    assert (feeders["folder"]["path"], feeders["http"]["sources"], feeders["rss"]["acme-fr"]["interval"]) == (
        "inbox",
        {"acme": {"hmac_env": "ACME_KEY"}},
        60.0,
    )
    assert "folder" not in shown(load(tmp_path / "w.toml", {}).__class__())["feeders"]
