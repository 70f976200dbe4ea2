-- Which mail an event belongs to, where the provider names it by its own id alone.
CREATE INDEX delivery_message ON delivery (message_id) WHERE message_id IS NOT NULL;
-- … and the events of that id which came before it was known.
CREATE INDEX mail_event_unmatched_message ON mail_event (message_id) WHERE delivery_id IS NULL;
