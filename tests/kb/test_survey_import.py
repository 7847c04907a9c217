"""Surveys and registers of customers as the tools export them: which column is what, and what each value says."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook

from kb.errors import InvalidRow
from kb.importers.rows import Kind, kind_of
from kb.importers.run import import_paths
from kb.importers.survey_rows import parse_survey, scale_in, survey_fields
from kb.settings import Settings
from kb.store import Store

MONKEY = """Respondent ID,Collector ID,Date Created,Email Address,Custom Data 1,How satisfied are you? (1-5),\
Did the answer solve your problem?,How likely is it that you would recommend us?,Which products do you own?,,\
What could we do better? Comment
,,,,,Response,Response,Response,Hub,Termo,Open-Ended Response
1001,4,11/20/2026 02:15:33 PM,a@k.example,t1,2,No,3,Hub,,Too slow
1002,4,11/21/2026 02:15:33 AM,,t2,Very satisfied,Yes,9,,Termo,
"""
QUALTRICS = """StartDate,EndDate,Status,RecordedDate,ResponseId,RecipientEmail,ExternalReference,Q1,Q2_NPS_GROUP,Q2,Q3,Q4
Start Date,End Date,Response Type,Recorded Date,Response ID,Recipient Email,External Data Reference,\
Hur nöjd är du med svaret? (1-7),How likely are you to recommend us? - Group,How likely are you to recommend us?,\
Löste det ditt problem?,Kommentar
"{""ImportId"":""startDate""}","{""ImportId"":""endDate""}","{""ImportId"":""status""}",\
"{""ImportId"":""recordedDate""}","{""ImportId"":""_recordId""}","{""ImportId"":""recipientEmail""}",\
"{""ImportId"":""externalDataReference""}","{""ImportId"":""QID1""}","{""ImportId"":""QID2_NPS_GROUP""}",\
"{""ImportId"":""QID2""}","{""ImportId"":""QID3""}","{""ImportId"":""QID4""}"
2026-11-20 10:00:00,2026-11-20 10:01:00,0,2026-11-20 10:01:01,R_1,a@k.example,t1,6,Promoter,10,Ja,Tack!
"""
TICKETS = "".join(
    f'{{"id": "t{n}", "subject": "s", "created_at": "2026-11-01", "customer": {{"email": "{name}@k.example"}}}}\n'
    for n, name in ((1, "a"), (2, "b"))
)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    opened = Store.open(Settings(home=tmp_path / "home"))
    file = tmp_path / "tickets.jsonl"
    file.write_text(TICKETS)
    import_paths(opened, [file])
    return opened


def write(tmp_path: Path, name: str, text: str) -> Path:
    file = tmp_path / name
    file.write_text(text)
    return file


def test_surveymonkey(store: Store, tmp_path: Path) -> None:
    report = import_paths(store, [write(tmp_path, "autumn.csv", MONKEY)])

    assert (report.satisfaction.new, report.rejected) == (2, ())
    assert [one.columns for one in report.unused] == [("Collector ID", "Which products do you own?", "Termo")]
    (first,) = store.satisfaction.of_ticket("t1")
    assert (first.source, first.source_id, first.score, first.scale, first.nps, first.worked, first.comment) == (
        "autumn", "1001", 2.0, 5.0, 3, False, "Too slow",
    )  # fmt: skip
    assert first.at.isoformat() == "2026-11-20T14:15:33+00:00"
    (second,) = store.satisfaction.of_ticket("t2")
    assert (second.score, second.worked, second.customer_id) == (5.0, True, "email:b@k.example")


def test_qualtrics(store: Store, tmp_path: Path) -> None:
    report = import_paths(store, [write(tmp_path, "q.csv", QUALTRICS)])

    assert (report.satisfaction.new, report.rejected) == (1, ())
    (said,) = store.satisfaction.of_ticket("t1")
    assert (said.source_id, said.score, said.scale, said.nps, said.worked, said.comment) == (
        "R_1",
        6,
        7,
        10,
        True,
        "Tack!",
    )


def test_the_same_file_again_changes_nothing(store: Store, tmp_path: Path) -> None:
    file = write(tmp_path, "autumn.csv", MONKEY)
    import_paths(store, [file])

    assert import_paths(store, [file]).satisfaction.unchanged == 2


def test_a_workbook_and_json_lines(store: Store, tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["Ärendenummer", "Datum", "Betyg", "Kommentar", "Färg"], ["t1", "2026-11-20", 4, "Bra", "blå"]):
        sheet.append(row)
    book.save(tmp_path / "s.xlsx")
    line = '{"ticket_id": "t2", "at": "2026-11-20", "worked": false, "id": 7}\n'

    report = import_paths(store, [tmp_path / "s.xlsx", write(tmp_path, "s.jsonl", line)])

    assert report.satisfaction.new == 2
    assert [one.columns for one in report.unused] == [("Färg",)]
    assert [said.score for said in store.satisfaction.of_ticket("t1")] == [4.0]
    assert [said.worked for said in store.satisfaction.of_ticket("t2")] == [False]


def test_what_cannot_be_read_is_reported_and_stops_nothing(store: Store, tmp_path: Path) -> None:
    rows = "ticket_id,at,score,worked\nt1,2026-11-20,perhaps,\nt9,2026-11-20,3,\nt1,,3,\nt1,2026-11-20,9,\nt1,2026-11-20,3,yes\n"

    report = import_paths(store, [write(tmp_path, "s.csv", rows)])

    assert [(one.line, one.reason.split(";")[0].split(",")[0]) for one in report.rejected] == [
        (2, "score is 'perhaps'"),
        (3, "neither its ticket nor its customer is known here"),
        (4, "at is missing"),
        (5, "score 9 is outside 1 to 5"),
    ]
    assert report.satisfaction.new == 1


REGISTERS = {
    "crm.csv": "id,email,name,company,language,products,segment,updated_at\nC-17,A@k.example,Åsa Ek,Ek AB,sv,Hub; Termo,Gold,2026-10-01\n",
    "billing.csv": "kundnummer;e-post;namn;språk;betalar\n5512;a@k.example;Åsa Ek;svenska;30 dagar\n",
    "shop.jsonl": '{"id": "884", "email": "a@k.example", "external_id": "X-1", "name": "Å. Ek", "orders": 7}\n',
}  # fmt: skip


def test_three_registers_are_one_customer(store: Store, tmp_path: Path) -> None:
    files = [write(tmp_path, name, text) for name, text in REGISTERS.items()]

    report = import_paths(store, files)

    assert (report.customer.new, report.rejected, report.article.total) == (3, (), 0)
    billing, crm, shop = store.customers.records("email:a@k.example")
    assert (billing.source, billing.source_id, billing.locale, billing.attributes) == (
        "billing", "5512", "sv", {"betalar": "30 dagar"},
    )  # fmt: skip
    assert (crm.source, crm.company, crm.products, crm.attributes) == (
        "crm",
        "Ek AB",
        ("Hub", "Termo"),
        {"segment": "Gold"},
    )
    assert (shop.source, shop.attributes) == ("shop", {"orders": "7"})
    ticket = store.tickets.get("t1")
    assert ticket.customer is not None
    assert (ticket.customer.name, ticket.customer.company) == ("Åsa Ek", "Ek AB")
    assert import_paths(store, files).customer.unchanged == 3


def test_the_system_may_be_named(store: Store, tmp_path: Path) -> None:
    import_paths(store, [write(tmp_path, "export.csv", REGISTERS["crm.csv"])], source="Lime")

    assert [one.source for one in store.customers.records("email:a@k.example")] == ["Lime"]


def test_a_register_without_ids_is_read_and_a_wrong_address_refused(store: Store, tmp_path: Path) -> None:
    report = import_paths(store, [write(tmp_path, "r.csv", "email,name\na@k.example,Åsa\nnobody,Bo\n,Cy\n")])

    assert report.customer.new == 1
    assert [one.reason.split(";")[0] for one in report.rejected] == [
        "email is 'nobody'",
        "id, email and external_id are empty",
    ]


HEADERS = {
    "Zendesk": (["Ticket ID", "Requester email", "Satisfaction Score", "Solved at", "Comment"], ["ticket_id", "email", "score", "", "comment"]),
    "Danish": (["Sagsnummer", "Dato", "Hvor tilfreds er du med svaret?", "Løste det dit problem?", "Kommentarer"], ["ticket_id", "at", "score", "worked", "comment"]),
    "Norwegian": (["Sak", "Dato", "Hvor fornøyd er du? (1-10)", "Hvor sannsynlig er det at du vil anbefale oss?"], ["ticket_id", "at", "score", "nps"]),
    "Nynorsk": (["E-post", "Dato", "Kor fornøgd er du?", "Verka det?", "Kvifor?"], ["email", "at", "score", "worked", "comment"]),
    "twice the same": (["email", "date", "score", "score"], ["email", "at", "score", ""]),
    "nobody's answer": (["date", "score"], None),
    "an answer to nothing": (["email", "date", "comment"], None),
    "no survey": (["id", "title", "body"], None),
}  # fmt: skip


@pytest.mark.parametrize(("header", "fields"), HEADERS.values(), ids=HEADERS.keys())
def test_columns(header: list[str], fields: list[str] | None) -> None:
    assert survey_fields(header) == fields


VALUES = {
    "stars": ({"score": "★★★★☆"}, {"score": 4.0, "scale": 5.0}),
    "of": ({"score": "8 of 10"}, {"score": 8.0, "scale": 10.0}),
    "slash": ({"score": "4/5"}, {"score": 4.0, "scale": 5.0}),
    "comma": ({"score": "4,5"}, {"score": 4.5}),
    "a number and words": ({"score": "4 - Satisfied"}, {"score": 4.0}),
    "Swedish": ({"score": "Mycket missnöjd"}, {"score": 1.0}),
    "Swedish, good": ({"score": "Nöjd"}, {"score": 4.0}),
    "Danish": ({"score": "Hverken eller"}, {"score": 3.0}),
    "Danish, bad": ({"score": "Meget utilfreds"}, {"score": 1.0}),
    "Norwegian": ({"score": "Misfornøyd"}, {"score": 2.0}),
    "Nynorsk": ({"score": "Svært fornøgd"}, {"score": 5.0}),
    "another scale": ({"score": "6", "scale": "7"}, {"score": 6.0, "scale": 7.0}),
    "no answer": ({"score": "N/A", "comment": "x"}, {"score": None, "scale": None}),
    "nps with words": ({"nps": "10 - Extremely likely"}, {"nps": 10}),
    "yes": ({"worked": "Ja, tack"}, {"worked": True}),
    "no": ({"worked": "Nej"}, {"worked": False}),
    "not": ({"worked": "Not solved"}, {"worked": False}),
    "partly": ({"worked": "Delvis", "score": "3"}, {"worked": None}),
    "a truth value": ({"worked": False}, {"worked": False}),
    "day first": ({"at": "20.11.2026 14:15", "score": "3"}, {"at": "2026-11-20T14:15:00+00:00"}),
    "month first": ({"at": "11/05/2026", "score": "3"}, {"at": "2026-11-05T00:00:00+00:00"}),
    "no month has this number": ({"at": "20/11/2026", "score": "3"}, {"at": "2026-11-20T00:00:00+00:00"}),
    "midnight": ({"at": "11/05/2026 12:01:00 AM", "score": "3"}, {"at": "2026-11-05T00:01:00+00:00"}),
}  # fmt: skip


@pytest.mark.parametrize(("row", "expected"), VALUES.values(), ids=VALUES.keys())
def test_values(row: dict[str, object], expected: dict[str, object]) -> None:
    said = parse_survey({"ticket_id": "t1", "at": "2026-11-20", **row}, "s")

    found = {name: getattr(said, name) for name in expected} | ({"at": said.at.isoformat()} if "at" in expected else {})
    assert found == expected


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"score": "perhaps"}, "score is 'perhaps'; allowed: a number"),
        ({"nps": "likely"}, "nps is 'likely'; allowed: a whole number from 0 to 10"),
        ({"nps": "7.5"}, "nps is '7.5'"),
        ({"worked": "42"}, "worked is '42'; allowed: yes or no"),
        ({"score": "3", "scale": "five"}, "scale is 'five'; allowed: a number"),
        ({"at": "31.02.2026"}, "at is '31.02.2026'"),
    ],
)
def test_bad_values(row: dict[str, object], reason: str) -> None:
    with pytest.raises(InvalidRow, match=reason):
        parse_survey({"ticket_id": "t1", "at": "2026-11-20", **row}, "s")


@pytest.mark.parametrize(
    ("name", "scale"),
    [("How satisfied? (1-7)", 7.0), ("Betyg 1–10", 10.0), ("Score 0 till 5", 5.0), ("How satisfied?", None), ("Q1-10", None)],
)  # fmt: skip
def test_the_scale_stands_in_the_question(name: str, scale: float | None) -> None:
    assert scale_in(name) == scale


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ({"email": "a@b", "name": "A"}, Kind.CUSTOMER),
        ({"external_id": "1", "orders": 3}, Kind.CUSTOMER),
        ({"email": "a@b", "score": 3}, Kind.SATISFACTION),
        ({"ticket_id": "1", "worked": True}, Kind.SATISFACTION),
        ({"email": "a@b", "title": "x"}, Kind.ARTICLE),
        ({"id": "1", "email": "a@b", "subject": "x", "status": "open"}, Kind.TICKET),
        ({"id": "1", "body": "x"}, Kind.ARTICLE),
    ],
)
def test_what_a_row_is(row: dict[str, object], kind: Kind) -> None:
    assert kind_of(row) is kind
