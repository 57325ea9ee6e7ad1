import pytest

from tests.events.query.conftest import check

CASES = [
    (
        'parse_user_agent("Mozilla/5.0 (Windows; U; en-US) AppleWebKit/531.9 (KHTML, like Gecko) AdobeAIR/2.5.1", "browser")',
        {"Browser": {"Family": "AdobeAIR", "MajorVersion": "2", "MinorVersion": "5", "Patch": "1"}},
    ),
    (
        'parse_user_agent("Mozilla/5.0 (SymbianOS/9.2; U; Series60/3.1 NokiaN81-3/10.0.032 Profile/MIDP-2.0 Configuration/CLDC-1.1 ) AppleWebKit/413 (KHTML, like Gecko) Safari/4", dynamic(["browser","os","device"]))',
        {
            "Browser": {"Family": "Nokia OSS Browser", "MajorVersion": "3", "MinorVersion": "1", "Patch": ""},
            "OperatingSystem": {
                "Family": "Symbian OS",
                "MajorVersion": "9",
                "MinorVersion": "2",
                "Patch": "",
                "PatchMinor": "",
            },
            "Device": {"Family": "Nokia N81-3", "Brand": "Nokia", "Model": "N81-3"},
        },
    ),
    (
        'parse_user_agent("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.1.2 Safari/537.36 Edg/120.0.5", "os")',
        {
            "OperatingSystem": {
                "Family": "Windows",
                "MajorVersion": "10",
                "MinorVersion": "",
                "Patch": "",
                "PatchMinor": "",
            }
        },
    ),
    (
        'parse_user_agent("Mozilla/5.0 (iPhone; CPU iPhone OS 16_3_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.3 Mobile/15E148 Safari/604.1")',
        {
            "Browser": {"Family": "Mobile Safari", "MajorVersion": "16", "MinorVersion": "3", "Patch": ""},
            "OperatingSystem": {
                "Family": "iOS",
                "MajorVersion": "16",
                "MinorVersion": "3",
                "Patch": "1",
                "PatchMinor": "",
            },
            "Device": {"Family": "iPhone", "Brand": "Apple", "Model": "iPhone"},
        },
    ),
    (
        'parse_user_agent("Mozilla/5.0 (Linux; Android 13; Pixel 7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/116.0.0.0 Mobile Safari/537.36")',
        {
            "Browser": {"Family": "Chrome Mobile", "MajorVersion": "116", "MinorVersion": "0", "Patch": "0"},
            "OperatingSystem": {
                "Family": "Android",
                "MajorVersion": "13",
                "MinorVersion": "",
                "Patch": "",
                "PatchMinor": "",
            },
            "Device": {"Family": "Pixel 7", "Brand": "Generic_Android", "Model": "Pixel 7"},
        },
    ),
    (
        'parse_user_agent("curl/8.4.0", "browser")',
        {"Browser": {"Family": "curl", "MajorVersion": "8", "MinorVersion": "4", "Patch": "0"}},
    ),
    (
        'parse_user_agent("", dynamic(["os", "device"]))',
        {
            "OperatingSystem": {
                "Family": "Other",
                "MajorVersion": "",
                "MinorVersion": "",
                "Patch": "",
                "PatchMinor": "",
            },
            "Device": {"Family": "Other", "Brand": "", "Model": ""},
        },
    ),
    ('parse_user_agent("x", "none")', None),
]


@pytest.mark.parametrize(("expression", "expected"), CASES)
def test_user_agents_give_what_the_reference_says(expression: str, expected: object) -> None:
    check(expression, expected)
