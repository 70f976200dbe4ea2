"""What travels to another machine travels under TLS, and the other side proves its name."""

import ipaddress
import os
import ssl
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

import psycopg2
from psycopg2.extensions import parse_dsn

from jobdb.errors import SettingError

VERIFIED = "verify-full"
# Where systems keep the authorities that they trust: Debian and Alpine, Fedora and Red Hat, macOS. The libpq of
# psycopg2's wheel does not find them by sslrootcert=system: it looks in the folder it was built in.
ROOTS = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem")


def is_loopback(host: str) -> bool:
    """Tell whether a host's name or address is this machine's own; a path is a Unix socket."""
    if host.startswith(("/", "@")):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def may_be_plain(host: str, environment: Mapping[str, str] = os.environ) -> bool:
    """Tell whether a host may be reached without TLS: it is this machine, or JOB_PLAIN_HOSTS names it.

    JOB_PLAIN_HOSTS: names parted by commas, of a network of one's own such as the one between containers.
    """
    named = {name.strip().lower() for name in environment.get("JOB_PLAIN_HOSTS", "").split(",")}
    return is_loopback(host) or (bool(host) and host.lower() in named)


def secured(setting: str, address: str, environment: Mapping[str, str] = os.environ) -> str:
    """Return a PostgreSQL address as a URL under which a server on another machine must prove its name.

    One that says nothing of TLS is given sslmode=verify-full and the system's roots. Raises SettingError, without the
    address, when it is none or asks for less: `require` and weaker trust any certificate (PostgreSQL manual, 32.19).
    """
    parts = _parts(setting, address)
    hosts = (parts.get("hostaddr") or parts.get("host") or environment.get("PGHOST", "")).split(",")
    if any("@" in host[1:] for host in hosts):
        raise SettingError(f"{setting}: a password's @ must be written %40")
    url = address if "://" in address else f"postgresql:///?{urlencode(parts, quote_via=quote)}"
    if all(not host or may_be_plain(host, environment) for host in hosts):
        return url
    asked = parts.get("sslmode") or environment.get("PGSSLMODE")
    if asked not in (None, VERIFIED):
        raise SettingError(
            f"{setting}: sslmode={asked} does not prove whose server {', '.join(hosts)} is; use {VERIFIED}, or name "
            "the host in JOB_PLAIN_HOSTS if the network is your own"
        )
    return url if asked else _with(url, sslmode=VERIFIED, sslrootcert=parts.get("sslrootcert") or _roots(environment))


def _parts(setting: str, address: str) -> dict[str, str]:
    try:
        parts: dict[str, str] = parse_dsn(address)
    except psycopg2.ProgrammingError:  # its text quotes the address
        raise SettingError(
            f"{setting} is no address of a PostgreSQL; write it like postgresql://user:password@host:5432/database"
        ) from None
    return parts


def _with(url: str, **parameters: str) -> str:
    return f"{url}{'&' if '?' in url else '?'}{urlencode(parameters, quote_via=quote)}"


def _roots(environment: Mapping[str, str]) -> str:
    candidates = (environment.get("PGSSLROOTCERT"), ssl.get_default_verify_paths().cafile, *ROOTS)
    return next((path for path in candidates if path and Path(path).exists()), "system")


def refuse_plain_endpoints(environment: Mapping[str, str] = os.environ) -> None:
    """Raise SettingError where an AWS_ENDPOINT_URL… would carry addresses of people in the clear."""
    for name, url in environment.items():
        if name.startswith("AWS_ENDPOINT_URL") and url.strip():
            parts = urlsplit(url.strip())
            if parts.scheme != "https" and not may_be_plain(parts.hostname or "", environment):
                raise SettingError(f"{name}: {parts.scheme}://{parts.hostname} is not encrypted; use https://")
