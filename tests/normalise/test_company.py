import pytest

from jobspider.normalise.company import company_key, read_company

SAME = [
    [
        "가온소프트",
        "(주)가온소프트",
        "㈜가온소프트",
        "주식회사 가온소프트",
        "가온소프트(주)",
        "가온 소프트㈜",
        "（주） 가온소프트",
    ],
    ["가온데이터", "유한회사 가온데이터", "가온데이터(유)", "가온데이터 유한책임회사"],
    ["Gaon F&B", "GAON F&B", "ｇａｏｎ　Ｆ＆Ｂ", "gaon f&b\u200b"],
]


@pytest.mark.parametrize("names", SAME, ids=lambda names: names[0])
def test_one_company_has_one_key(names: list[str]) -> None:
    assert len({company_key(name) for name in names}) == 1


@pytest.mark.parametrize("pair", [("가온소프트", "가온데이터"), ("(주)가온", "가온주"), ("주식회사", "(주)")])
def test_two_companies_have_two(pair: tuple[str, str]) -> None:
    assert company_key(pair[0]) != company_key(pair[1])


def test_the_shown_name_keeps_its_legal_form() -> None:
    assert read_company("  (주)가온\n  소프트\u200b ") == "(주)가온 소프트"
