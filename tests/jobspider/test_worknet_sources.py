"""What the settings make of the spider of 고용24: its source, its door to the Open API, its walks."""

import pytest
from scrapy.settings import Settings

from jobdb import tracks
from jobdb.codes import wrong_walk
from jobdb.errors import SettingError
from jobspider.spiders import worknet
from jobspider.spiders.worknet import WorknetSpider

DETAIL = "https://www.work24.go.kr/cm/openApi/call/wk/callOpenApiSvcInfo210D01.do?wantedAuthNo=K1"
ELSEWHERE = [
    "https://www.work24.go.kr/robots.txt",
    "https://www.work24.go.kr/wk/a/b/1500/empDetailAuthView.do?wantedAuthNo=K1",
    "https://oapi.saramin.co.kr/cm/openApi/",
]


def api_of(key):
    settings = Settings({"WORK24_API_KEY": key})
    WorknetSpider.update_settings(settings)
    return settings.get("KEYED_API")


def test_without_a_key_there_is_no_door():
    assert api_of("") is None


def test_the_key_goes_to_calls_of_the_api_alone():
    api = api_of("secret")
    assert api.is_called_by(DETAIL)
    assert not any(map(api.is_called_by, ELSEWHERE))
    assert "secret" not in repr(api)


def test_the_walks_of_the_school_are_known():
    walks = tracks.courses().walks["worknet"]
    assert [wrong_walk(walk) for walk in walks.daily + walks.full] == [None] * len(walks.daily + walks.full)


def test_a_walk_of_another_name_is_refused_before_anything_is_asked(monkeypatch):
    wrong = ({"occupation": "024", "name": "하드웨어"},)
    courses = tracks.Courses({}, {"worknet": tracks.Walks(wrong, wrong)})
    monkeypatch.setattr(worknet, "courses", lambda: courses)
    with pytest.raises(SettingError, match=r'\[walks\] worknet: .*write name = "소프트웨어"'):
        api_of("")
