"""The commands of `mailer`, one module each: parse, call, print."""
