"""The endpoint of the mails' logo and of unsubscribing; it needs the standard library, boto3 and mailer_cli.tokens."""
