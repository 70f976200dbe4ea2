-- Clicks are few among events, and figures by board, posting and word read all of them and nothing else.
CREATE INDEX mail_event_click ON mail_event (delivery_id) INCLUDE (posting_id, link, reader) WHERE kind = 'click';
