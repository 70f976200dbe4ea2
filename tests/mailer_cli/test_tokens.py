import ast
import base64
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer_cli import tokens
from mailer_cli.tokens import LENGTH, delivery_of, key_ring, token

OLD, NEW = bytes(range(16)), bytes(range(100, 132))
KINDS = st.sampled_from(["open", "unsubscribe"])
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


@given(KINDS, st.uuids(), st.lists(st.binary(min_size=16, max_size=64), min_size=1, max_size=3))
def test_a_token_names_its_delivery_and_fits_a_url(kind, delivery, keys):
    text = token(kind, str(delivery), tuple(keys))
    assert delivery_of(text, kind, tuple(keys)) == str(delivery)
    assert len(text) == LENGTH
    assert set(text) <= set(LETTERS)


@given(st.uuids(), st.integers(0, LENGTH - 1), st.sampled_from(LETTERS))
def test_a_changed_letter_names_nobody(delivery, place, letter):
    text = token("unsubscribe", str(delivery), (NEW,))
    changed = text[:place] + letter + text[place + 1 :]
    assert delivery_of(changed, "unsubscribe", (NEW,)) == (str(delivery) if changed == text else None)


@given(st.uuids())
def test_a_token_has_one_spelling(delivery):
    text = token("open", str(delivery), (NEW,))
    spelt = [text[:-1] + letter for letter in LETTERS if base64.urlsafe_b64decode(text[:-1] + letter + "=")]
    assert [each for each in spelt if delivery_of(each, "open", (NEW,))] == [text]
    assert not any(delivery_of(each, "open", (NEW,)) for each in (text + "=", text + "A", f" {text}", text[:-1]))


@given(st.text() | st.text(LETTERS, min_size=LENGTH, max_size=LENGTH))
def test_what_nobody_signed_names_nobody(text):
    assert delivery_of(text, "open", (OLD, NEW)) is None


@given(st.uuids())
def test_an_open_does_not_unsubscribe(delivery):
    assert delivery_of(token("open", str(delivery), (NEW,)), "unsubscribe", (NEW,)) is None
    assert delivery_of(token("unsubscribe", str(delivery), (NEW,)), "open", (NEW,)) is None


@given(st.uuids())
def test_an_older_key_verifies_until_it_is_dropped(delivery):
    before = token("open", str(delivery), (OLD,))
    assert delivery_of(before, "open", (NEW, OLD)) == str(delivery)
    assert delivery_of(before, "open", (NEW,)) is None
    assert token("open", str(delivery), (NEW, OLD)) == token("open", str(delivery), (NEW,))


def test_a_token_stays_as_it_is_for_mails_that_are_out():
    text = token("unsubscribe", "11111111-1111-4111-8111-111111111111", (OLD,))
    assert text == "dREREREREUERgREREREREREJoCNkATQideVoCgE"


def test_a_ring_is_hexadecimal_and_the_first_key_signs():
    assert key_ring(f"{NEW.hex()}, {OLD.hex()}") == (NEW, OLD)


@pytest.mark.parametrize("words", ["", "secret", "00" * 15, f"{OLD.hex()},", f"{OLD.hex()},xyz"])
def test_a_ring_that_is_none_is_refused_without_a_key(words):
    with pytest.raises(ValueError, match="a key ") as refused:
        key_ring(words)
    assert OLD.hex() not in str(refused.value)


def test_the_endpoint_needs_this_file_alone():
    tree = ast.parse(Path(tokens.__file__).read_text(encoding="utf-8"))
    imported = {
        name.name.partition(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names
    }
    imported |= {str(node.module).partition(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert imported <= sys.stdlib_module_names
