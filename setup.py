"""What an egg for Scrapyd holds: the crawl, the meeting point, and courses.toml as it was when the egg was built."""

from setuptools import find_packages, setup

setup(
    name="jobspider",
    version="1.0",
    packages=[*find_packages(include=["jobdb", "jobdb.*", "jobspider", "jobspider.*"]), "jobdb.config"],
    package_dir={"jobdb.config": "config"},
    package_data={"jobdb": ["migrations/*.sql"], "jobdb.codes": ["*.csv"], "jobdb.config": ["courses.toml"]},
    entry_points={"scrapy": ["settings = jobspider.settings"]},
)
