"""An Amazon SES v2 on loopback for AWS_ENDPOINT_URL_SESV2: it keeps every mail and lets none out."""

from sandbox.ses.account import Accepted, Account
from sandbox.ses.events import Postman
from sandbox.ses.faults import KINDS, QUOTA, RATE, Fault, Mishaps, Refused
from sandbox.ses.server import SesServer

__all__ = ["KINDS", "QUOTA", "RATE", "Accepted", "Account", "Fault", "Mishaps", "Postman", "Refused", "SesServer"]
