"""The Lambda function: hits go to SQS, metrics to the log.

Everything is made while the function starts, when Lambda gives it a full processor, and once for all requests.
"""

import base64
import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from infra.logo.endpoint import Endpoint, Metric, Outcome, Reply
from infra.logo.pages import pages
from infra.logo.sqs import Queue
from mailer_cli.tokens import key_ring

NAMESPACE = "JobMail"


def handler(event: object, context: object) -> dict[str, Any]:
    """Answer an event of an HTTP API (payload format 2.0) or of a function URL; prints what is counted."""
    del context
    now = datetime.now(UTC)
    outcome = ENDPOINT.answer(event, now)
    for line in _lines(outcome, now):
        print(json.dumps(line))
    return _response(outcome.reply)


def _endpoint(environment: Mapping[str, str]) -> Endpoint:
    return Endpoint(
        keys=key_ring(environment["MAIL_TOKEN_KEYS"]),
        logo=Path(__file__).with_name("logo.png").read_bytes(),
        pages=pages(environment["SCHOOL_NAME"], environment["UNSUBSCRIBE_FORM_URL"]),
        keep=Queue(environment["HITS_QUEUE_URL"]).keep,
    )


def _lines(outcome: Outcome, now: datetime) -> list[dict[str, Any]]:
    counted = [_metric(outcome.metric, now)] if outcome.metric else []
    return counted + ([{"level": "ERROR", "error": "hit lost", "reason": outcome.trouble}] if outcome.trouble else [])


def _metric(name: Metric, now: datetime) -> dict[str, Any]:
    """Return one count in CloudWatch's embedded metric format.

    The set of dimensions may be empty (CloudWatch_Embedded_Metric_Format_Specification.html, 2026-11).
    """
    directive = {"Namespace": NAMESPACE, "Dimensions": [[]], "Metrics": [{"Name": name, "Unit": "Count"}]}
    return {"_aws": {"Timestamp": int(now.timestamp() * 1000), "CloudWatchMetrics": [directive]}, name: 1}


def _response(reply: Reply) -> dict[str, Any]:
    body = base64.b64encode(reply.body).decode("ascii")
    return {"statusCode": reply.status, "headers": dict(reply.headers), "body": body, "isBase64Encoded": True}


ENDPOINT = _endpoint(os.environ)
