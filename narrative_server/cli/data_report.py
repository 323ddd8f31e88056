"""Shows the report on a picture data set as tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from narrative_server.cli.commands import console

if TYPE_CHECKING:
    from rich.table import Table

    from narrative_server.images.data_report import DataReport, Duplicates, Share


def print_report(report: DataReport, most: int) -> None:
    """Print totals, balance by kind and by noun, duplicates and what was left out; lists end after `most` lines."""
    from rich.table import Table

    out = console()
    totals = Table("", "", title=f"{report.name}: what training sees", show_header=False, box=None, pad_edge=False)
    for key, value in _totals(report):
        totals.add_row(key, value)
    out.print(totals)
    out.print(_shares("kind", report.kinds, most), "")
    out.print(_shares("noun", report.nouns, most), "")
    for line in (*_duplicates(report.duplicates), *_left_out(report, most)):
        out.print(line, markup=False)


def _totals(report: DataReport) -> list[tuple[str, str]]:
    share = report.held_out / report.items
    sizes = ", ".join(f"{size} ({count})" for size, count in sorted(report.sizes_px.items(), key=lambda one: -one[1]))
    return [
        ("pictures", f"{report.items} of {report.width_px}x{report.height_px}, {report.channels} channels"),
        ("sizes of the files", sizes),
        ("held out", f"{report.held_out} ({share:.1%}), by a hash of the name without its trailing digits"),
        ("phrases", str(report.phrases)),
        ("kinds", f"{len(report.kinds)}, drawn as evenly as {report.effective_kinds:.1f} equal ones"),
        ("weighting", f"as varied as {report.effective_items:.0f} pictures of equal weight"),
        *report.notes.items(),
    ]


def _shares(name: str, shares: Sequence[Share], most: int) -> Table:
    from rich.table import Table

    table = Table(name, *("pictures", "held out", "mean weight", "share of draws"), box=None, pad_edge=False)
    for column in table.columns[1:]:
        column.justify = "right"
    for share in shares[:most]:
        name = share.name if len(share.name) <= 48 else f"{share.name[:47]}…"
        table.add_row(name, str(share.items), str(share.held_out), f"{share.mean_weight:.3f}", f"{share.draws:.2%}")
    rest = shares[most:]
    if rest:
        items, held_out = sum(share.items for share in rest), sum(share.held_out for share in rest)
        draws = sum(share.draws for share in rest)
        table.add_row(f"{len(rest)} more", str(items), str(held_out), "", f"{draws:.2%}")
    return table


def _duplicates(found: Duplicates) -> list[str]:
    lines = [
        f"duplicates: {found.exact} exact; {found.near} of {found.compared} look nearly like another; "
        f"{found.across_split} held-out pictures have one that is trained on"
    ]
    return [*lines, *(f"  {a}  =  {b}" for a, b in found.examples)]


def _left_out(report: DataReport, most: int) -> list[str]:
    lines = []
    if report.skipped:
        lines.append(f"left out: {len(report.skipped)}")
        lines += [f"  {one}" for one in report.skipped[:most]]
        lines += [f"  and {len(report.skipped) - most} more"] if len(report.skipped) > most else []
    if report.unlisted:
        shown = ", ".join(report.unlisted[:5])
        lines.append(
            f"not named in the metadata: {len(report.unlisted)} ({shown}{', ...' if report.unlisted[5:] else ''})"
        )
    return lines
