from tests.events.query.conftest import rows


def test_an_address_has_a_country_and_members_that_are_empty() -> None:
    (bag,) = rows("print geo_info_from_ip_address('8.8.8.8')")[0]
    assert bag == {"country": "United States", "state": "", "city": "", "latitude": None, "longitude": None}


def test_private_addresses_and_what_is_none_have_no_place() -> None:
    text = """datatable(ip:string) ["10.0.0.1", "", "x", "2001:db8::1", "8.8.8.8:443"]
    | extend g = geo_info_from_ip_address(ip) | project there = isnotnull(g), c = tostring(g.country)"""
    assert rows(text) == [*[(False, "")] * 4, (True, "United States")]
