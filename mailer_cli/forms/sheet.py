"""A Google Sheet, read through gspread by a service account that may only read."""

from google.auth.exceptions import GoogleAuthError
from google.auth.transport.requests import AuthorizedSession
from google.oauth2.service_account import Credentials
from gspread import Client
from gspread.exceptions import GSpreadException
from requests.exceptions import RequestException

from jobdb.errors import DataError, SettingError
from mailer_cli.delivery.contract import without_addresses

SCOPES = ("https://www.googleapis.com/auth/spreadsheets.readonly",)
SECONDS = 30


class UnreadableSheet(DataError):
    """The Sheet did not come; a person must look at it, at its sharing or at the key."""


def session_of(key_file: str) -> AuthorizedSession:
    """Return a session that signs with a service account's key file; SettingError names what is wrong with it."""
    if not key_file:
        raise SettingError("GOOGLE_APPLICATION_CREDENTIALS is not set; name the service account's key file")
    try:
        return AuthorizedSession(Credentials.from_service_account_file(key_file, scopes=SCOPES))
    except (OSError, ValueError, GoogleAuthError) as error:
        raise SettingError(f"GOOGLE_APPLICATION_CREDENTIALS: {key_file} is no service account's key: {error}") from None


def read_sheet(session: AuthorizedSession, sheet_id: str, tab: str = "") -> list[list[str]]:
    """Return the rows of a tab (the first one when none is named) as the Sheet shows them.

    Raises UnreadableSheet when Google, the sharing or the tab refuses.
    """
    client = Client(auth=session.credentials, session=session)
    client.set_timeout(SECONDS)
    try:
        sheet = client.open_by_key(sheet_id)
        return [[str(word) for word in row] for row in (sheet.worksheet(tab) if tab else sheet.sheet1).get_all_values()]
    except PermissionError:
        raise UnreadableSheet("the Sheet is not shared with the service account; share it for reading") from None
    except (GSpreadException, GoogleAuthError, RequestException, ValueError, LookupError) as error:
        told = without_addresses(f"{type(error).__name__}: {error}")
        raise UnreadableSheet(f"the Sheet cannot be read ({told}); look at SHEET_ID, its sharing and the tab") from None
