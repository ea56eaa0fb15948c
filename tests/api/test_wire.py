"""What comes over the wire: queries in both encodings, bodies, and everything that is neither."""

import json
from contextlib import suppress
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from core.api.body import Body
from core.api.find import Find, split_operator
from core.api.wire import MAX_DEPTH, BadQuery, read_body, read_query

# The machine may be busy with other tests.
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
FILTER = {"From": 0, "Count": 2, "Filter": {"Name": "web さくら 100%", "CreatedAt<=": "2026-10-01T00:00:00+09:00"}}


def test_a_query_encoded_as_a_whole_is_read():
    assert read_query(quote(json.dumps(FILTER))) == FILTER


def test_a_raw_query_has_its_texts_decoded_one_by_one():
    name = "web%20%E3%81%95%E3%81%8F%E3%82%89%20100%25"
    raw = '{"From":0,"Count":2,"Filter":{"Name":"' + name + '","CreatedAt\\u003c=":"2026-10-01T00:00:00+09:00"}}'

    assert read_query(raw) == FILTER


def test_raw_utf8_in_a_query_is_read():
    raw = json.dumps(FILTER, ensure_ascii=False).replace("100%", "100%25").encode().decode("latin-1")

    assert read_query(raw) == FILTER


@pytest.mark.parametrize("raw", ["", "null", "{}", "[]", "%7B%7D", "%5B%5D"])
def test_an_empty_query_asks_for_everything(raw):
    assert read_query(raw) == {}


@pytest.mark.parametrize(
    "raw",
    [
        '{"Count":1',
        "{",
        '"text"',
        "7",
        "[1]",
        "Count=1",
        "%7B%22Count%22%3A",
        '{"Count":NaN}',
        '{"Count":1e999}',
        '{"Count":99999999999999999999}',
        '{"Count":-9223372036854775809}',
        '{"Name":"\\u0000"}',
        '{"Name":"%00"}',
        '{"\\u0000":1}',
        '{"Name":"\\ud800"}',
        '{"Name":"%ff"}',
        "%ff",
        "{\xff}",
        "\u3042",
        '{"a":' * (MAX_DEPTH + 1) + "1" + "}" * (MAX_DEPTH + 1),
        "[" * 4000,
    ],
)
def test_a_query_that_cant_be_read_is_refused(raw):
    with pytest.raises(BadQuery) as refusal:
        read_query(raw)

    assert (refusal.value.status, refusal.value.code) == (400, "bad_request")


@patient
@given(st.text(alphabet=st.characters(max_codepoint=255)))
@example('{"Filter":{"Name":[[[]]]}}')
def test_no_query_ends_in_anything_but_a_search_or_a_refusal(raw):
    try:
        Find.of_json(raw)
        Find.of_parameters(raw)
    except BadQuery:
        pass


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["ID", "Name", "Icon"]) | st.text(), inner, max_size=4)
    ),
    max_leaves=20,
)


@patient
@given(st.dictionaries(st.sampled_from(["From", "Count", "Sort", "Filter", "Include", "Exclude"]), JSON))
def test_no_json_object_ends_in_anything_but_a_search_or_a_refusal(value):
    try:
        found = Find.of_json(quote(json.dumps(value)))
    except BadQuery:
        return

    assert found.first >= 0
    assert 0 < found.limit <= 10_000


@patient
@given(st.binary() | JSON.map(lambda value: json.dumps(value).encode()))
def test_no_body_ends_in_anything_but_an_object_or_a_refusal(raw):
    try:
        body = Body(read_body(raw))
    except BadQuery:
        return

    for path in ("Name", "Icon.ID", "ID.ID.ID"):
        assert isinstance(body.value(path, 0), (str, int, float, list, dict))
        with suppress(BadQuery):
            assert body.text(path, None) is None or isinstance(body.text(path), str)
        with suppress(BadQuery):
            assert body.whole(path, None) is None or abs(body.whole(path)) < 2**63


@pytest.mark.parametrize(
    "sent, kept",
    [
        ({"Server": {"ID": 0, "Name": "web"}}, {"Server": {"Name": "web"}}),
        ({"Server": {"CPU": 1, "Icon": {"ID": 0, "URL": "", "Tags": []}}}, {"Server": {"CPU": 1, "Icon": None}}),
        ({"Server": {"CPU": 1, "Icon": {"ID": "0"}}}, {"Server": {"CPU": 1, "Icon": None}}),
        ({"Disk": {"Name": "d"}, "KMSKey": {}}, {"Disk": {"Name": "d"}, "KMSKey": None}),
        ({"Server": {"Name": "web", "CreatedAt": "0001-01-01T00:00:00Z"}}, {"Server": {"Name": "web"}}),
        ({"Server": {"ServerPlan": {"ID": 0, "CPU": 2}}}, {"Server": {"ServerPlan": {"CPU": 2}}}),
        ({"Server": {"Description": "", "Tags": []}}, {"Server": {"Description": "", "Tags": []}}),
        ({"Switches": [{"Scope": "shared"}, None, {"ID": 0}]}, {"Switches": [{"Scope": "shared"}, None, None]}),
        ({"WithDisk": [113000000001]}, {"WithDisk": [113000000001]}),
        ({"Force": False}, {"Force": False}),
    ],
)  # fmt: skip
def test_what_means_not_set_is_left_out_of_a_body(sent, kept):
    assert read_body(json.dumps(sent).encode()) == kept


@pytest.mark.parametrize("raw", [b"", b"null", b" ", b"{}", b"[]"])
def test_an_empty_body_is_an_empty_object(raw):
    assert read_body(raw) == {}


@pytest.mark.parametrize(
    "raw", [b"{", b"\xff", b'"x"', b"a=1&b=2", b'{"a":"\\u0000"}', b'{"a":' * 30 + b"1" + b"}" * 30]
)
def test_a_body_that_cant_be_read_is_refused(raw):
    with pytest.raises(BadQuery):
        read_body(raw)


def test_values_of_a_body_are_read_by_dotted_names():
    body = Body({"Disk": {"Plan": {"ID": "4"}, "SizeMB": 20480, "Name": 7}, "Force": True, "Tags": ["a"]})

    assert body.whole("Disk.Plan.ID") == 4
    assert body.whole("Disk.SizeMB") == 20480
    assert body.text("Disk.Name") == "7"
    assert body.flag("Force") is True
    assert body.items("Tags") == ["a"]
    assert body.whole("Disk.Server.ID", None) is None
    assert (body.sends("Disk.Plan"), body.sends("Disk.Nothing.At.All")) == (True, False)


@pytest.mark.parametrize(
    "read", [lambda b: b.text("A.B"), lambda b: b.whole("A.B"), lambda b: b.flag("A.B"), lambda b: b.items("A.B")]
)
def test_a_value_of_the_wrong_kind_is_refused_by_name(read):
    with pytest.raises(BadQuery) as refusal:
        read(Body({"A": {"B": {"C": 1}}}))

    assert refusal.value.field == "A.B"
    assert "A.B" in str(refusal.value)


def test_a_missing_value_is_refused_by_name():
    with pytest.raises(BadQuery) as refusal:
        Body({}).text("Server.Name")

    assert refusal.value.field == "Server.Name"


def test_a_search_of_json_is_read():
    found = Find.of_json('{"From":"3","Count":5,"Sort":["-Name"],"Filter":{"ID":[1]},"Include":["*"],"Start":"x"}')

    assert (found.first, found.count, found.sort, found.include) == (3, 5, ("-Name",), ("*",))
    assert found.filters == (("ID", "", [1]),)
    assert found.rest == {"Start": "x"}


def test_a_search_of_parameters_is_read():
    found = Find.of_parameters("From=3&Count=5&Sort=-Name,ID&Name=a%20b&State=OPEN&State=CLOSED&Date%3E=2026-10-01")

    assert (found.first, found.count, found.sort) == (3, 5, ("-Name", "ID"))
    assert found.filters == (("Name", "", "a b"), ("State", "", ["OPEN", "CLOSED"]), ("Date", ">", "2026-10-01"))


@pytest.mark.parametrize(
    "raw",
    ['{"From":-1}', '{"Count":"x"}', '{"Sort":{"Name":1}}', '{"Filter":[1]}', '{"Include":[1]}', '{"Count":true}'],
)
def test_a_search_with_values_of_the_wrong_kind_is_refused(raw):
    with pytest.raises(BadQuery) as refusal:
        Find.of_json(raw)

    assert refusal.value.field in raw


@pytest.mark.parametrize(
    "name, parts",
    [
        ("CPU", ("CPU", "")),
        ("CPU<", ("CPU", "<")),
        ("CPU<=", ("CPU", "<=")),
        ("A.B>", ("A.B", ">")),
        ("A>=", ("A", ">=")),
    ],
)
def test_a_filters_operator_is_the_end_of_its_name(name, parts):
    assert split_operator(name) == parts
