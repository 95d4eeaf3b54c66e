"""One story as each wire format would carry it: new, updated, corrected, killed, embargoed, wherever the format can say so."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Copy:
    """What a wire would say of a story: the texts, and how this version stands."""

    headline: str = "Ferry burns off the coast at Halm"
    body: str = "A ferry burned off Halm on Sunday."
    version: int = 1
    signal: str = "new"
    embargo: str = ""


def generic(copy: Copy) -> str:
    item = {"id": "h1", "headline": copy.headline, "body": copy.body, "version": copy.version, "signal": copy.signal}
    return json.dumps({**item, **({"embargo_until": copy.embargo} if copy.embargo else {})})


def ninjs(copy: Copy) -> str:
    status = "canceled" if copy.signal == "kill" else "usable"
    item = {"uri": "urn:h:1", "version": str(copy.version), "pubstatus": status, "headline": copy.headline, "body_text": copy.body}
    return json.dumps({**item, **({"embargoed": copy.embargo} if copy.embargo else {})})


def newsml_g2(copy: Copy) -> str:
    status = "canceled" if copy.signal == "kill" else "withheld" if copy.embargo else "usable"
    embargo = f"<embargoed>{copy.embargo}</embargoed>" if copy.embargo else ""
    return (
        f'<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="urn:h:1" version="{copy.version}"><itemMeta>{embargo}'
        f'<pubStatus qcode="stat:{status}"/><signal qcode="sig:{copy.signal}"/></itemMeta><contentMeta><headline>{copy.headline}</headline>'
        f'</contentMeta><contentSet><inlineData contenttype="text/plain">{copy.body}</inlineData></contentSet></newsItem>'
    )


def newsml_1(copy: Copy) -> str:
    status = {"kill": "Canceled"}.get(copy.signal, "Embargoed" if copy.embargo else "Usable")
    instruction = {"update": '<Instruction FormalName="Update"/>', "correction": '<Instruction FormalName="Rectify"/>'}.get(copy.signal, "")
    release = f"<StatusWillChange><DateAndTime>{copy.embargo}</DateAndTime></StatusWillChange>" if copy.embargo else ""
    return (
        "<NewsML><NewsEnvelope/><NewsItem><Identification><NewsIdentifier><ProviderId>h</ProviderId><NewsItemId>1</NewsItemId>"
        f"<RevisionId>{copy.version}</RevisionId></NewsIdentifier></Identification><NewsManagement>"
        f'<Status FormalName="{status}"/>{release}{instruction}</NewsManagement><NewsComponent>'
        f"<NewsLines><HeadLine>{copy.headline}</HeadLine></NewsLines><ContentItem><DataContent>{copy.body}</DataContent></ContentItem></NewsComponent></NewsItem></NewsML>"
    )


def nitf(copy: Copy) -> str:
    status = {"kill": "canceled"}.get(copy.signal, "embargoed" if copy.embargo else "usable")
    release = f'<date.release norm="{copy.embargo}"/>' if copy.embargo else ""
    correction = '<correction info="x"/>' if copy.signal == "correction" else ""
    return (
        f'<nitf><head><docdata management-status="{status}"><doc-id id-string="h1"/>{release}{correction}'
        f'<du-key version="{copy.version}"/></docdata></head>'
        f"<body><body.head><hedline><hl1>{copy.headline}</hl1></hedline></body.head><body.content><p>{copy.body}</p></body.content></body></nitf>"
    )


def by_convention(copy: Copy) -> str:
    """The headline as a wire without fields for it marks it."""
    marks = {"update": "UPDATE 2-", "correction": "CORRECTED-", "kill": "KILL: "}
    return marks.get(copy.signal, "") + copy.headline


def embargo_line(copy: Copy) -> str:
    return f"EMBARGOED UNTIL {copy.embargo}\n\n" if copy.embargo else ""


def plain(copy: Copy) -> str:
    return f"{embargo_line(copy)}{by_convention(copy)}\n\n{copy.body}\n"


def mail(copy: Copy) -> str:
    head = f"From: a@b\nTo: c@d\nDate: Sun, 27 Sep 2020 11:0{copy.version}:00 +0000\nSubject: {by_convention(copy)}\n"
    return f"{head}\n{embargo_line(copy)}{copy.body}\n"


def rss(copy: Copy) -> str:
    item = f"<item><guid>h1</guid><title>{by_convention(copy)}</title><description>{copy.body}</description></item>"
    return f"<rss><channel>{item}</channel></rss>"


def atom(copy: Copy) -> str:
    head = f"<id>urn:h:1</id><updated>2020-09-27T10:0{copy.version}:00Z</updated>"
    entry = f"<entry>{head}<title>{by_convention(copy)}</title><summary>{copy.body}</summary></entry>"
    return f'<feed xmlns="http://www.w3.org/2005/Atom">{entry}</feed>'


def iptc_7901(copy: Copy) -> str:
    note = {"update": "(2nd lead)\r\n", "correction": "(Corrects number)\r\n"}.get(copy.signal, "")
    slug = "HALM-FERRY" + (" - KILL" if copy.signal == "kill" else "")
    return f"\x01nwi0123 2 pl 085\r\n\x02{slug}\r\n{note}{copy.headline} =\r\n\r\n    {copy.body}\r\n\x03271{copy.version:03} Sep 20\x04"


def anpa_1312(copy: Copy) -> str:
    mark = {"update": ",1st ld", "kill": ",kill"}.get(copy.signal, "")
    fix = "CORRECTED-" if copy.signal == "correction" else ""
    heading = f"\x16\x16\x01a0421\x1fnwi-\r\nu i\x13bc-halm-ferry{mark} 9-27 0085\r\n"
    return f"{heading}\x02^{fix}{copy.headline}<\r\n   {copy.body}<\r\n\x03NWI-WX-09-27-20 1{copy.version:03}GMT\x04"


def cap(copy: Copy) -> str:
    kind = {"update": "Update", "kill": "Cancel"}.get(copy.signal, "Alert")
    first = kind == "Alert"
    references = "" if first else "<references>s@x,H-1,2020-09-27T10:00:00-00:00</references>"
    return (
        f"<alert><identifier>H-{1 if first else 2}</identifier><sender>s@x</sender><sent>2020-09-27T10:0{0 if first else 5}:00-00:00</sent>"
        f"<status>Actual</status><msgType>{kind}</msgType><scope>Public</scope>{references}<info><headline>{copy.headline}</headline>"
        f"<description>{copy.body}</description></info></alert>"
    )


WIRES: dict[str, Callable[[Copy], str]] = {
    "json": generic, "ninjs": ninjs, "newsml-g2": newsml_g2, "newsml-1": newsml_1, "nitf": nitf, "plain": plain, "mail": mail,
    "rss": rss, "atom": atom, "iptc-7901": iptc_7901, "anpa-1312": anpa_1312, "cap": cap,
}  # fmt: skip
CORRECTING = sorted(set(WIRES) - {"cap", "ninjs"})
"""CAP and ninjs have no word for a correction; both carry it as an update."""
EMBARGOING = sorted(set(WIRES) - {"cap", "rss", "atom", "iptc-7901", "anpa-1312"})
