import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobdb.posting import SIDO, Region
from jobspider.normalise.places import SIGUNGU
from jobspider.normalise.region import Places, read_region
from jobspider.normalise.text import WordingError

WORDINGS = {
    "": [],
    "서울 강남구": ["서울 강남구"],
    "서울 강남구, 서초구, 대전 서구": ["서울 강남구", "서울 서초구", "대전 서구"],
    "경기 성남시 분당구, 광주시, 용인시 기흥구, 서울 강남구, 송파구": [
        "경기 성남시 분당구", "경기 광주시", "경기 용인시 기흥구", "서울 강남구", "서울 송파구",
    ],
    "경기 수원시, 수원시 팔달구": ["경기 수원시", "경기 수원시 팔달구"],
    "서울전체": ["서울"],
    "서울 전체": ["서울"],
    "서울전체, 경기전체, 경기 수원시, 용인시, 인천전체": ["서울", "경기", "경기 수원시", "경기 용인시", "인천"],
    "서울전체, 서울 강남구": ["서울", "서울 강남구"],
    "경기 화성시 외": ["경기 화성시"],
    "서울 강남구 외 3곳": ["서울 강남구"],
    "서울 외": ["서울"],
    "세종": ["세종"],
    "세종특별자치시": ["세종"],
    "세종 나성동": ["세종"],
    "전국": ["전국"],
    "지역무관": ["전국"],
    "해외": ["해외"],
    "미국": ["해외"],
    "아시아·중동 베트남": ["해외"],
    "중국·홍콩 상하이": ["해외"],
    "서울, 일본 도쿄": ["서울", "해외"],
    "부산 > 부산진구": ["부산 부산진구"],
    "서울 > 강남구, 서울 > 서초구": ["서울 강남구", "서울 서초구"],
    "서울/경기": ["서울", "경기"],
    "강남": ["서울 강남구"],
    "서초": ["서울 서초구"],
    "판교 테크노밸리": ["경기 성남시 분당구"],
    "구로/가산 디지털단지": ["서울 구로구", "서울 금천구"],
    "분당구": ["경기 성남시 분당구"],
    "서울강남구": ["서울 강남구"],
    "서울 강남": ["서울 강남구"],
    "경기 광주": ["경기 광주시"],
    "광주시": ["경기 광주시"],
    "광주시 북구 첨단과기로 1": ["광주 북구"],
    "광주 북구": ["광주 북구"],
    "(48034) 부산광역시 해운대구 반여로 156": ["부산 해운대구"],
    "대구광역시 달성군 하빈면": ["대구 달성군"],
    "인천 연수구": ["인천 연수구"],
    "강원특별자치도 춘천시 중앙로 1": ["강원 춘천시"],
    "전북특별자치도 군산시 설림길": ["전북 군산시"],
    "충청북도 청주시 흥덕구 오송읍": ["충북 청주시 흥덕구"],
    "경상남도 창원시 성산구": ["경남 창원시 성산구"],
    "서울 강남구 테헤란로44길8, 14층": ["서울 강남구"],
    "서울특별시 구로구 디지털로 1, 3층 304호 (구로동, 가온타워)": ["서울 구로구"],
    "서울시 강남구 언주로 5 가온빌딩 3층, 5층 가온소프트": ["서울 강남구"],
    "부산 해운대구 센텀2로 25, 수영 빌딩, 가나 3층": ["부산 해운대구"],
    "서울 강남구 언주로 5, 서초구 사평대로 1, 부산 중구 1": ["서울 강남구", "서울 서초구", "부산 중구"],
    "(03925) 서울 마포구 성암로 330, 3층": ["서울 마포구"],
    "경기 성남시 주소 : 경기도 성남시 판교로 1": ["경기 성남시"],
    "주소 경기도 평택시 진위면 1": ["경기 평택시"],
    "서울시 관악로 12길 10": ["서울"],
    "강남구 테헤란로 2": ["서울 강남구"],
    "서울 강남구 지도": ["서울 강남구"],
}  # fmt: skip
REMOTE = {
    "재택근무": [],
    "재택": [],
    "경기 성남시 (재택근무 가능)": ["경기 성남시"],
    "경기 외(재택근무 가능)": ["경기"],
    "서울 재택": ["서울"],
    "서울 강남구, 원격근무": ["서울 강남구"],
}
NOBODY_KNOWS = {
    "낙원": ("낙원", []),
    "중구": ("중구", []),  # of which 시·도?
    "고성군": ("고성군", []),
    "서울 강낭구": ("서울 강낭구", []),
    "서울 강남구, 낙원": ("낙원", ["서울 강남구"]),
    "연수생": ("연수생", []),
    "서울/낙원": ("서울/낙원", []),
}


def region(name: str) -> Region:
    sido, _, sigungu = name.partition(" ")
    return Region(sido, sigungu or None)


@pytest.mark.parametrize(("text", "names"), WORDINGS.items())
def test_wording(text: str, names: list[str]) -> None:
    assert read_region(text) == Places(tuple(map(region, names)))


@pytest.mark.parametrize(("text", "names"), REMOTE.items())
def test_work_from_home(text: str, names: list[str]) -> None:
    assert read_region(text) == Places(tuple(map(region, names)), remote=True)


@pytest.mark.parametrize(("text", "expected"), NOBODY_KNOWS.items())
def test_unknown_parts_are_said_and_the_others_kept(text: str, expected: tuple[str, list[str]]) -> None:
    wording, names = expected
    with pytest.raises(WordingError) as caught:
        read_region(text)
    assert caught.value.wording == wording
    assert caught.value.known == Places(tuple(map(region, names)))


@pytest.mark.parametrize("sido", SIDO)
def test_every_sigungu_is_read_beside_its_sido(sido: str) -> None:
    for sigungu in SIGUNGU[sido]:
        assert read_region(f"{sido} {sigungu}").regions == (Region(sido, sigungu),)


PIECES = "서울 경기 광주시 강남구 중구 성남시 분당구 전국 해외 외 전체 재택 , / · > ( ) 1 낙원"
PIECE = st.sampled_from([*PIECES.split(), " "])


@given(st.one_of(st.text(), st.lists(PIECE, max_size=12).map("".join)))
def test_any_text_is_a_region_or_unknown_wording(text: str) -> None:
    try:
        places = read_region(text)
    except WordingError as error:
        places = error.known
    assert all(place.sido in {*SIDO, "전국", "해외"} for place in places.regions)
    assert len(set(places.regions)) == len(places.regions)
