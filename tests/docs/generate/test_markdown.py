"""Text comes out as it was meant, whatever mark-up it resembles."""

from __future__ import annotations

from docs.generate.markdown import block, code, prose, sources, table, with_rfcs


def test_prose_keeps_code_and_escapes_the_rest() -> None:
    assert prose("<host> *is* `<code>` a_b") == r"\<host\> \*is\* `<code>` a\_b"


def test_code_holds_backticks() -> None:
    assert code("a") == "`a`"
    assert code("a`b") == "``a`b``"
    assert code("`a") == "`` `a ``"


def test_a_block_is_fenced_by_more_than_it_holds() -> None:
    assert block("```\n", "text") == "````text\n```\n````\n"


def test_a_table_escapes_what_divides_its_cells() -> None:
    made = table(("a", "b"), [("x|y", r"p\|q")])
    assert made == "| a | b |\n| --- | --- |\n| x\\|y | p\\|q |\n"
    assert table(("a",), []) == ""


def test_rfcs_become_links_to_their_sections() -> None:
    base = "https://www.rfc-editor.org/rfc/rfc"
    assert with_rfcs("RFC 9112, section 9.5.") == (
        f"[RFC 9112, section 9.5]({base}9112.html#section-9.5)."
    )
    assert with_rfcs("RFC 9293") == f"[RFC 9293]({base}9293.html)"


def test_sources_become_links() -> None:
    assert sources("https://a.example/b#c and x") == "<https://a.example/b#c> and x"
    assert sources("measured; apache/tomcat conf/server.xml (x)") == (
        "measured; [apache/tomcat conf/server.xml]"
        "(https://github.com/apache/tomcat/blob/HEAD/conf/server.xml) (x)"
    )
