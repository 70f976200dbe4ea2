"""The tracking endpoint on a server of the school's own: the Lambda's endpoint, with a folder in SQS's place."""
