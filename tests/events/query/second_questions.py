"""Questions for two engines, by construct: tables, joins, groups and functions as hunting queries use them."""

ON_MAIL = {
    "where": [
        "where Sender has 'evil'",
        "where Subject has_any ('lunch', 'INVOICE')",
        "where Subject has_all ('invoice', '77')",
        "where Subject !has '77'",
        "where Sender =~ 'a@evil.com'",
        "where Sender in~ ('A@EVIL.COM', 'x')",
        "where Sender !in ('a@evil.com')",
        "where Urls != 1",
        "where Urls == 1 or Threat",
        "where not(Threat)",
        "where isnull(Urls) or isempty(Sender)",
        "where Subject startswith 'inv' and Subject endswith '77'",
        "where Subject contains 'voice' and Subject !contains 'RE'",
        "where Subject hasprefix 'inv'",
        "where Subject hassuffix '77'",
        "where Subject contains_cs 'Inv'",
        "where Subject has_cs 'invoice'",
        "where Subject matches regex 'I.v'",
        "where Timestamp between (datetime(2026-09-14) .. 1d)",
        "where Timestamp > ago(3d)",
        "where Urls between (0 .. 1)",
        "where Urls in (0, 3)",
        "where Id in ((Clicks | project Id))",
        "where Id !in ((Clicks | where Account has 'kim' | project Id))",
    ],
    "project": [
        "project Id, n = Urls + 1, half = Urls / 2, real = Urls / 2.0, rest = Urls % 2",
        "project-away Id, Urls",
        "project-keep Id, Sender",
        "project-rename Key = Id",
        "extend Id = strcat(Id, '!'), Day = startofday(Timestamp)",
        "distinct Sender",
        "distinct Sender, Recipient",
    ],
    "sort": [
        "project Id, Urls, Timestamp | sort by Urls desc, Timestamp asc",
        "project Id, Urls, Timestamp | sort by Urls asc, Timestamp desc",
        "project Id, Urls, Timestamp | sort by Urls asc nulls last, Timestamp",
        "project Id, Urls, Timestamp | top 2 by Timestamp",
        "project Id, Urls, Timestamp | top 3 by Urls asc",
        "sort by Timestamp asc | serialize n = row_number() | project Id, n",
        "sort by Timestamp asc | extend p = prev(Id), q = next(Id, 1, '-') | project Id, p, q",
        "sort by Timestamp asc | extend c = row_cumsum(tolong(Urls)) | project Id, c",
    ],
    "summarize": [
        "summarize count() by Id",
        "summarize count(), dcount(Recipient), countif(Threat) by Id",
        "summarize n = count() by bin(Timestamp, 1d)",
        "summarize n = count() by bin(Timestamp, 7d)",
        "summarize min(Urls), max(Urls), avg(Urls), sum(Urls)",
        "summarize min(Timestamp), max(Timestamp) by Recipient",
        "summarize sumif(Urls, Threat), avgif(Urls, Threat), dcountif(Id, Threat)",
        "summarize arg_max(Timestamp, Id, Subject) by Recipient",
        "summarize arg_min(Timestamp, *) by Recipient",
        "summarize arg_max(Urls, Id)",
        "summarize s = make_set(Id) by Recipient",
        "summarize l = make_list(Urls) by Recipient",
        "summarize s = make_set_if(Id, Threat)",
        "summarize p = percentile(Urls, 50)",
        "summarize stdev(Urls), variance(Urls)",
        "summarize take_any(Recipient) by Recipient",
        "where Id == 'none' | summarize count(), sum(Urls), make_set(Id)",
        "where Id == 'none' | summarize count() by Id",
        "summarize n = count() by Threat",
        "summarize n = count() by Sender = tolower(Sender)",
        "summarize h = dcount(Id) + 1, m = max(Urls) * 2",
        "count",
    ],
    "join": [
        *(
            f"join kind={kind} (Clicks | project Id, Account, Url) on Id | project Id, Recipient, Id1, Account, Url"
            for kind in ("inner", "leftouter", "rightouter", "fullouter")
        ),
        "join kind=leftanti (Clicks) on Id",
        "join kind=leftsemi (Clicks) on Id",
        "join kind=rightanti (Clicks | project Id, Url) on Id",
        "join kind=rightsemi (Clicks | project Id, Url) on Id",
        "join (Clicks | project Id, Url) on Id | distinct Id, Url",
        "join kind=inner (Clicks | project Id, Account, Url) on Id, $left.Recipient == $right.Account | project Id, Url",
        "lookup (Clicks | project Id, Url) on Id | project Id, Recipient, Url",
        "lookup kind=inner (Clicks | project Id, Url) on Id | project Id, Recipient, Url",
    ],
    "union": [
        "union (Clicks | project Id, Url) | project Id, Url, Sender",
        "project Id, Sender | union kind=inner (Clicks | project Id, Url)",
        "project Id | union (Clicks | project Id) | summarize count() by Id",
    ],
    "mv-expand": [
        "project Id, x = split(Sender, '@') | mv-expand x",
        "project Id, x = split(Sender, '@') | mv-expand x to typeof(string)",
        "project Id, x = split(Sender, '@'), y = pack_array(1, 2, 3) | mv-expand x, y",
        "project Id, x = dynamic([]) | mv-expand x",
        "project Id, x = dynamic(null) | mv-expand x",
        "project Id, x = bag_pack('a', 1, 'b', 2) | mv-expand x",
    ],
    "let": [
        "where Sender == 'x' | union (print Id = 'y')",
        "extend n = toscalar(Clicks | count) | project Id, n",
        "as hits | where Urls > 0 | project Id",
    ],
}
"""Steps after the table Mail."""

PRINTED = {
    "numbers": [
        *("7 / 2", "-7 / 2", "7 % 3", "-7 % 3", "7.0 / 2", "1 / 0", "1.0 / 0", "2 * 3 + 4", "abs(-3)", "round(2.5)"),
        *("round(1.2345, 2)", "floor(2.7, 1)", "ceiling(2.1)", "pow(2, 10)", "sqrt(16)", "log10(100)", "exp(0)"),
        *("sign(-2)", "bin(17, 5)", "bin(-17, 5)", "bin(2.7, 0.5)", "min_of(3, 1, 2)", "max_of(3, 1, 2)"),
        *("toint('12')", "tolong('x')", "toint(2.9)", "toreal('1.5')", "tobool('true')", "tobool(0)", "tohex(255)"),
        *("binary_and(6, 3)", "binary_or(6, 3)", "binary_xor(6, 3)", "binary_shift_left(1, 4)", "isnan(real(nan))"),
    ],
    "text": [
        *("strlen('abc')", "toupper('ab')", "tolower('AB')", "substring('abcdef', 2, 3)", "substring('abc', -2)"),
        *("strcat('a', 1, true)", "strcat_delim('-', 'a', 'b')", "replace_string('aXa', 'X', 'y')", "reverse('abc')"),
        *(
            "replace_regex('a1b2', '[0-9]', '#')",
            "trim('-', '--a--')",
            "trim_start('-', '--a-')",
            "trim_end('-', '-a-')",
        ),
        *("indexof('abcabc', 'c')", "indexof('abc', 'z')", "indexof('abcabc', 'c', 3)", "countof('abab', 'ab')"),
        *(
            "extract('([a-z]+)@', 1, 'joe@x')",
            "extract('z', 0, 'abc')",
            "extract('a(b)?', 1, 'ac')",
            "split('a,b,c', ',')",
        ),
        *("split('a,b,c', ',', 1)", "split('', ',')", "isempty('')", "isnotempty(' ')", "strcmp('a', 'b')"),
        *("tostring(1.0)", "tostring(true)", "tostring(1h)", "tostring(datetime(2026-01-02))", "tostring(int(null))"),
        *(
            "base64_encode_tostring('abc')",
            "base64_decode_tostring('YWJj')",
            "url_decode('a%20b')",
            "url_encode('a b')",
        ),
        *("hash_sha256('a')", "hash_md5('a')", "parse_path(@'C:\\a\\b.txt').Filename", "strrep('ab', 2)"),
        *("'abc' has 'b'", "'a_b' has 'a'", "'a-b' has 'a'", "'evil.community' has 'evil.com'", "'x' in ('X')"),
        *("'x' =~ 'X'", "'abc' startswith 'AB'", "'abc' startswith_cs 'AB'", "'' == ''", "isnull('')", "'a' < 'b'"),
    ],
    "moments": [
        *("now()", "ago(1d)", "startofday(now())", "startofweek(now())", "startofmonth(now())", "startofyear(now())"),
        *("endofday(now())", "endofmonth(now())", "dayofweek(now())", "dayofmonth(now())", "dayofyear(now())"),
        *(
            "hourofday(now())",
            "monthofyear(now())",
            "getyear(now())",
            "datetime_part('Hour', now())",
            "week_of_year(now())",
        ),
        *(
            "datetime_diff('day', now(), datetime(2026-01-01))",
            "datetime_diff('year', datetime(2017-01-01), datetime(2000-12-31))",
        ),
        *(
            "datetime_diff('hour', now(), ago(90m))",
            "datetime_add('month', 1, datetime(2026-01-31))",
            "now() - ago(1h)",
        ),
        *(
            "format_datetime(now(), 'yyyy-MM-dd HH:mm')",
            "format_timespan(90m, 'hh:mm')",
            "bin(now(), 1h)",
            "1d / 1h",
            "2 * 1h",
        ),
        *(
            "todatetime('2026-01-02T03:04:05Z')",
            "todatetime('x')",
            "totimespan('01:00:00')",
            "make_datetime(2026, 1, 2)",
        ),
        *(
            "unixtime_seconds_todatetime(0)",
            "datetime(2026-01-02) between (datetime(2026-01-01) .. 1d)",
            "bin(datetime(2007-01-03), 7d)",
        ),
    ],
    "dynamics": [
        *("parse_json('{\"a\":1}').a", "parse_json('[1,2]')[0]", "parse_json('[1,2]')[-1]", "parse_json('[1,2]')[5]"),
        *(
            'tostring(parse_json(\'{"a":"x"}\').a)',
            'tolong(parse_json(\'{"a":"5"}\').a)',
            "array_length(dynamic([1,2]))",
        ),
        *("array_length(dynamic({}))", "bag_keys(dynamic({'a':1}))", "array_concat(dynamic([1]), dynamic([2]))"),
        *(
            "array_slice(dynamic([1,2,3]), 1, 2)",
            "array_index_of(dynamic([1,2]), 2)",
            "array_sort_asc(dynamic([3,1,2]))",
        ),
        *(
            "set_union(dynamic([1]), dynamic([2,1]))",
            "set_intersect(dynamic([1,2]), dynamic([2]))",
            "zip(dynamic([1]), dynamic([2]))",
        ),
        *("set_difference(dynamic([1,2]), dynamic([2]))", "set_has_element(dynamic([1,2]), 2)", "pack_array(1, 'a')"),
        *("bag_pack('a', 1)", "bag_merge(dynamic({'a':1}), dynamic({'b':2}))", "strcat_array(dynamic([1,2]), '-')"),
        *(
            "dynamic({'a':1}).b",
            "gettype(dynamic([1]))",
            "isnull(dynamic(null))",
            'tostring(dynamic([1,"a"]))',
            "range(1, 5, 2)",
        ),
    ],
    "choices": [
        *("iff(true, 1, 2)", "iff(bool(null), 1, 2)", "case(false, 'a', true, 'b', 'c')", "coalesce('', 'b')"),
        *("coalesce(int(null), 3)", "int(null) == int(null)", "int(null) == 1", "int(null) != 1", "int(null) > 1"),
        *(
            "isnull(int(null) == int(null))",
            "not(bool(null))",
            "true and bool(null)",
            "false and bool(null)",
            "true or bool(null)",
        ),
    ],
    "addresses": [
        *(
            "ipv4_is_private('10.1.2.3')",
            "ipv4_is_in_range('10.1.2.3', '10.0.0.0/8')",
            "ipv4_compare('1.2.3.4', '1.2.3.5')",
        ),
        *("parse_ipv4('1.2.3.4')", "format_ipv4('1.2.3.4', 24)", "ipv4_is_match('1.2.3.4', '1.2.3.0', 24)"),
        *("parse_url('https://a.example/b?c=d').Host", "tostring(parse_url('https://a.example/b').Path)"),
        "ipv4_netmask_suffix('10.0.0.0/8')",
    ],
}
"""Expressions of constants."""


def questions() -> list[tuple[str, str]]:
    """Construct and question."""
    asked = [(topic, f"Mail | {step}") for topic, steps in ON_MAIL.items() for step in steps]
    return [*asked, *((topic, f"print x = {each}") for topic, listed in PRINTED.items() for each in listed)]
