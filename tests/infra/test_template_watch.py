"""infra/template.yaml: the dashboard and the alarms."""

import json
import re
from itertools import combinations
from typing import Any, get_args

import pytest
from botocore.session import get_session
from botocore.validate import ParamValidator

from infra.logo.endpoint import Metric
from mailer_cli.config import WEEKDAYS, read_mail_settings
from tests.infra.stack import ROOT, Stack, template

STACK = Stack()
BOARD: dict[str, Any] = json.loads(STACK.properties("Dashboard")["DashboardBody"])
TOTALS = ("ses:configuration-set", "Monitoring")
# metric of the owner's dashboard → namespace, name, dimensions of its total, and whether it is shown by course
FIVE = {
    "open": ("JobMail", "LogoOpens", (), False),  # a hit names its mail, not a course
    "click": ("AWS/SES", "Click", TOTALS, True),
    "bounce": ("AWS/SES", "Bounce", TOTALS, True),
    "send": ("AWS/SES", "Send", TOTALS, True),
    "delivery": ("AWS/SES", "Delivery", TOTALS, True),
}
# Resource: namespace, metric, dimension, statistic, comparison, threshold, seconds, periods, missing data
AT_LEAST = "GreaterThanOrEqualToThreshold"
ALARMS = {
    "BouncesAlarm": ("AWS/SES", "Reputation.BounceRate", "", "Maximum", AT_LEAST, 0.04, 3600, 1, "ignore"),
    "ComplaintsAlarm": ("AWS/SES", "Reputation.ComplaintRate", "", "Maximum", AT_LEAST, 0.0008, 3600, 1, "ignore"),
    "QueueAgeAlarm": (
        "AWS/SQS", "ApproximateAgeOfOldestMessage", "EventQueue.QueueName",
        "Maximum", AT_LEAST, 3600, 300, 1, "notBreaching",
    ),
    "DeadLettersAlarm": (
        "AWS/SQS", "ApproximateNumberOfMessagesVisible", "DeadLetters.QueueName",
        "Maximum", AT_LEAST, 1, 300, 1, "notBreaching",
    ),
    "LogoErrorsAlarm": ("AWS/Lambda", "Errors", "Logo", "Sum", AT_LEAST, 1, 300, 1, "notBreaching"),
    "HitsLostAlarm": ("JobMail", "HitsLost", "", "Sum", AT_LEAST, 1, 300, 1, "notBreaching"),
    "NoSends": ("AWS/SES", "Send", "Monitoring", "Sum", "LessThanThreshold", 1, 3600, 28, "breaching"),
    "SlotMark": ("JobMail", "SlotMark", "", "Sum", AT_LEAST, 1, 300, 1, "notBreaching"),
}  # fmt: skip
PARTS = {"NoSends", "SlotMark"}  # of NothingSentAlarm


def metrics() -> list[list[Any]]:
    return [metric for widget in BOARD["widgets"] for metric in widget["properties"].get("metrics", [])]


def plain() -> set[tuple[str, ...]]:
    """Return namespace, name and dimensions of every metric that is no expression."""
    return {tuple(part for part in metric if isinstance(part, str)) for metric in metrics()} - {()}


def searched() -> set[str]:
    """Return the metrics that are shown for each course."""
    by_course = r"SEARCH\('\{AWS/SES,course\} MetricName=\"(\w+)\"', 'Sum', 86400\)"
    expressions = [metric[0]["expression"] for metric in metrics() if isinstance(metric[0], dict)]
    return {found[1] for found in (re.fullmatch(by_course, expression) for expression in expressions) if found}


@pytest.mark.parametrize("name", FIVE)
def test_the_dashboard_shows(name):
    namespace, metric, dimensions, by_course = FIVE[name]
    assert (namespace, metric, *dimensions) in plain()
    assert (metric in searched()) is by_course


def test_metrics_of_our_own_are_those_that_the_function_counts():
    ours = {metric[1] for metric in plain() if metric[0] == "JobMail"}
    ours |= {alarm[1] for name, alarm in ALARMS.items() if alarm[0] == "JobMail" and name != "SlotMark"}
    assert ours <= set(get_args(Metric))


def test_widgets_lie_beside_each_other_in_the_24_columns():
    boxes = [{key: widget[key] for key in ("x", "y", "width", "height")} for widget in BOARD["widgets"]]
    assert all(box["x"] >= 0 and box["x"] + box["width"] <= 24 for box in boxes)
    for one, other in combinations(boxes, 2):
        beside = one["x"] + one["width"] <= other["x"] or other["x"] + other["width"] <= one["x"]
        assert beside or one["y"] + one["height"] <= other["y"] or other["y"] + other["height"] <= one["y"]


def test_a_label_of_metrics_is_korean():
    labels = [part["label"] for metric in metrics() for part in metric if isinstance(part, dict) and part["label"]]
    titles = [widget["properties"].get("title", "경보") for widget in BOARD["widgets"]]
    assert all(re.search(r"[가-힣]", words) for words in labels + titles)


# --- alarms ---


def test_the_table_of_alarms_is_whole():
    assert {name for name, _ in STACK.of_type("AWS::CloudWatch::Alarm")} == set(ALARMS)


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_rings_at(name):
    alarm = STACK.properties(name)
    dimension = "".join(each["Value"] for each in alarm.get("Dimensions", []))
    assert ALARMS[name] == (
        alarm["Namespace"], alarm["MetricName"], dimension, alarm["Statistic"], alarm["ComparisonOperator"],
        alarm["Threshold"], alarm["Period"], alarm["EvaluationPeriods"], alarm["TreatMissingData"],
    )  # fmt: skip


@pytest.mark.parametrize("name", sorted(set(ALARMS) - PARTS))
def test_a_person_is_told_when_it_begins_and_when_it_is_over(name):
    alarm = STACK.properties(name)
    assert alarm["AlarmActions"] == alarm["OKActions"] == ["AlarmTopic"]


def test_every_alarm_that_tells_somebody_is_on_the_dashboard():
    shown = {arn for widget in BOARD["widgets"] for arn in widget["properties"].get("alarms", [])}
    assert shown == {f"arn:{name}" for name in (set(ALARMS) - PARTS) | {"NothingSentAlarm"}}


# --- nothing was sent within 26 hours after a slot ---


def test_nothing_sent_is_both_parts_together_and_the_parts_tell_nobody():
    alarm = STACK.properties("NothingSentAlarm")
    assert set(re.findall(r'ALARM\("(\w+)"\)', alarm["AlarmRule"])) == PARTS
    assert " AND " in alarm["AlarmRule"]
    assert alarm["AlarmActions"] == ["AlarmTopic"]
    assert all("AlarmActions" not in STACK.properties(part) for part in PARTS)


def test_the_clock_strikes_26_hours_after_each_slot_of_mail_toml():
    slots = read_mail_settings(ROOT / "config" / "mail.toml", {}).slots
    days, hour = divmod(slots.hour + 26, 24)
    after = ",".join(WEEKDAYS[(day + days) % 7].upper() for day in slots.weekdays)
    clock = STACK.properties("SlotClock")
    assert clock["ScheduleExpression"] == f"cron(0 {hour} ? * {after} *)"
    assert clock["ScheduleExpressionTimezone"] == "Asia/Seoul"


def test_the_look_back_holds_the_slot_and_not_the_slot_before():
    alarm = STACK.properties("NoSends")
    hours = alarm["EvaluationPeriods"] * alarm["Period"] / 3600
    assert 26 < hours < 3 * 24  # Tuesday to Friday is the shortest way between two slots
    assert hours <= 7 * 24  # CloudWatch's longest look back at periods of an hour


def test_the_mark_is_a_call_that_cloudwatch_takes():
    target = STACK.properties("SlotClock")["Target"]
    *_, service, call = target["Arn"].split(":")
    operation = get_session().get_service_model(service).operation_model(call[0].upper() + call[1:])
    told = json.loads(target["Input"])
    assert not ParamValidator().validate(told, operation.input_shape).has_errors()
    (mark,) = told["MetricData"]
    assert (told["Namespace"], mark["MetricName"]) == ALARMS["SlotMark"][:2]


def test_the_clock_may_write_into_our_namespace_alone():
    (policy,) = STACK.properties("SlotClockRole")["Policies"]
    (allowed,) = policy["PolicyDocument"]["Statement"]
    assert allowed["Condition"] == {"StringEquals": {"cloudwatch:namespace": "JobMail"}}


def test_outputs_resolve():
    for output in template()["Outputs"].values():
        assert STACK.value(output["Value"])
