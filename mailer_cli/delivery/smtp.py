"""Through an SMTP server, over one kept connection."""

import re
import smtplib
import ssl

from mailer_cli.config import MailSettings
from mailer_cli.delivery.contract import DeliveryError, Envelope, Readiness

TIMEOUT = 30  # seconds for each answer
LEADING_DOT = re.compile(rb"(?m)^\.")


class Smtp:
    """SMTP with STARTTLS and login as the settings ask for."""

    name = "smtp"
    at_most = 1

    def __init__(self, settings: MailSettings) -> None:
        self._settings = settings.smtp
        self._helo = settings.sender_address.rpartition("@")[2]  # smtplib would ask the DNS for this machine's name
        self._kept: smtplib.SMTP | None = None

    def readiness(self, mails: int) -> Readiness:  # noqa: ARG002 (a relay names no quota)
        """Connect and log in as the settings say."""
        rate = float(self._settings.rate)
        try:
            self._connection()
        except DeliveryError as error:
            return Readiness((str(error),), rate)
        except (smtplib.SMTPException, OSError) as error:
            return Readiness((f"the SMTP server {self._settings.host} does not answer: {error}",), rate)
        return Readiness(rate=rate)

    def deliver(self, envelope: Envelope) -> str:
        """Send one mail and return the server's words of acceptance; DeliveryError otherwise."""
        try:
            connection = self._connection()
            _announce(connection, envelope)
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            raise DeliveryError(f"the connection failed before the mail was sent: {error}") from error
        return self._hand_over(connection, envelope.message)

    def close(self) -> None:
        """Say goodbye, if there is somebody to say it to."""
        connection, self._kept = self._kept, None
        if connection is None:
            return
        try:
            connection.quit()
        except (smtplib.SMTPException, OSError):
            connection.close()

    def _connection(self) -> smtplib.SMTP:
        """Return the kept connection, reset, or a new one where the server has hung up meanwhile."""
        if self._kept is not None and not _answers(self._kept):
            self.close()
        if self._kept is None:
            self._kept = self._open()
        return self._kept

    def _open(self) -> smtplib.SMTP:
        connection = smtplib.SMTP(self._settings.host, self._settings.port, self._helo, timeout=TIMEOUT)
        try:
            if self._settings.starttls:
                connection.starttls(context=ssl.create_default_context())
            if self._settings.username:
                connection.login(self._settings.username, self._settings.password)
        except (smtplib.SMTPAuthenticationError, smtplib.SMTPNotSupportedError, ssl.SSLCertVerificationError) as error:
            connection.close()
            raise DeliveryError(f"the SMTP server or its login is not as set: {error}", stop=True) from error
        except (smtplib.SMTPException, OSError):
            connection.close()
            raise
        return connection

    def _hand_over(self, connection: smtplib.SMTP, message: bytes) -> str:
        """Send the body and return the verdict; from its first byte on, silence may mean that it was taken."""
        try:
            connection.send(LEADING_DOT.sub(b"..", message).removesuffix(b"\r\n") + b"\r\n.\r\n")
            code, words = connection.getreply()
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            raise DeliveryError(f"the connection failed after the mail was sent: {error}", ambiguous=True) from error
        if code // 100 not in {2, 4, 5}:
            self.close()
            raise DeliveryError(f"the server answered the mail with {code}", ambiguous=True)
        _expect(code, words, 250)
        return words.decode("utf-8", "replace")


def _answers(connection: smtplib.SMTP) -> bool:
    try:
        return connection.rset()[0] == 250
    except (smtplib.SMTPException, OSError):
        return False


def _announce(connection: smtplib.SMTP, envelope: Envelope) -> None:
    """Say who writes to whom and get leave to send the body."""
    connection.ehlo_or_helo_if_needed()
    code, words = connection.mail(envelope.sender)
    if code >= 500:  # the sender is wrong for every mail, not this one
        raise DeliveryError(f"the server refuses the sender: {_said(code, words)}", stop=True)
    _expect(code, words, 250)
    _expect(*connection.rcpt(envelope.recipient), 250)
    _expect(*connection.docmd("DATA"), 354)


def _expect(code: int, words: bytes, wanted: int) -> None:
    """Raise DeliveryError unless the answer is of the wanted kind; 5xx is for good (RFC 5321 4.2.1)."""
    if code // 100 != wanted // 100:
        raise DeliveryError(f"the server said {_said(code, words)}", permanent=code // 100 == 5)


def _said(code: int, words: bytes) -> str:
    return f"{code} {words.decode('utf-8', 'replace')}"
