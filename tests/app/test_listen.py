"""``second-look listen``: doctors try their own phrases, one a line."""

from typer.testing import CliRunner

from app.cli import cli


def test_each_line_gets_its_level_and_its_signs() -> None:
    """Level, a tab, the ids; nothing heard is said as "none", which never means "no emergency"."""
    heard = CliRunner().invoke(cli, ["listen"], input="he can't pee since yesterday\nshe drinks a lot\n張口呼吸\n")
    assert heard.exit_code == 0
    assert heard.stdout.splitlines() == ["red\tR1", "none\t", "red\tR2"]
