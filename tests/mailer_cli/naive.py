"""`mailer` with the order that others use: call the provider, then mark the mail as sent. Only the storm runs it."""

from datetime import datetime

from mailer_cli import dispatch
from mailer_cli.cli import main
from mailer_cli.delivery import DeliveryError
from mailer_cli.send import Mailing


class CallThenMark(Mailing):
    """Nothing is written before the call: what dies or is not answered looks unsent, and is sent again."""

    def send_one(self, now: datetime) -> bool:
        with self.database, self.database.cursor() as on:
            claim = self._claim(on, now)
            if claim is None:
                return False
            envelope = self._look_again(on, claim, now)
            self.pace.used()
            try:
                message_id = self.delivery.deliver(envelope)
            except DeliveryError:
                return True
            on.execute(
                "UPDATE delivery SET state = 'accepted', message_id = %s WHERE id = %s", (message_id, claim.delivery_id)
            )
        return True


if __name__ == "__main__":
    dispatch.Mailing = CallThenMark
    main()
