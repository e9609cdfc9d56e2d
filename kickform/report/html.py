"""The report as one HTML file: pictures included, no script, readable on a phone, printable on A4."""

from __future__ import annotations

from base64 import b64encode
from html import escape

from kickform.report.charts import svg
from kickform.report.document import Point, Report
from kickform.results.wording import INTERVAL_NOTE

__all__ = ["page", "render_html"]

_STYLE = """
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0; background: #fff; color: #1a1d21;
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
main { max-width: 820px; margin: 0 auto; padding: 24px 18px 40px; overflow-wrap: anywhere; }
h1 { margin: 0; font-size: 1.8rem; line-height: 1.2; }
h2 { margin: 1.9rem 0 .6rem; font-size: 1.25rem; break-after: avoid; }
h3 { margin: 1.1rem 0 .3rem; font-size: 1rem; font-weight: 600; break-after: avoid; }
p { margin: .3rem 0; }
.facts, .note, figcaption { color: #5b616b; font-size: .88rem; }
.verdict { display: flex; gap: 20px; align-items: center; margin: 18px 0 6px; padding: 16px 18px;
  border: 1px solid #ddd8d0; border-radius: 12px; break-inside: avoid; }
.verdict svg { flex: 0 0 auto; }
.verdict strong.big { font-size: 1.3rem; }
.warning { margin: 8px 0; padding: 9px 14px; border-left: 4px solid #d99a1c; background: #fdf6e7; }
.points { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 300px), 1fr)); gap: 12px; }
.point { display: flex; gap: 14px; justify-content: space-between; padding: 12px 14px;
  border: 1px solid #ddd8d0; border-left: 5px solid #3b9fe8; border-radius: 10px; break-inside: avoid; }
.point.fault { border-left-color: #c93a3a; }
.point.advice { border-left-color: #d99a1c; }
.point.good { border-left-color: #2e9e6b; }
.point img { flex: 0 0 auto; width: 118px; height: auto; align-self: flex-start; border-radius: 6px; }
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .92rem; }
th { text-align: left; font-weight: 600; border-bottom: 2px solid #1a1d21; vertical-align: bottom; }
th, td { padding: 6px 8px; overflow-wrap: normal; }
tr { break-inside: avoid; }
td { border-bottom: 1px solid #e6e2db; vertical-align: top; }
.metrics td:nth-child(2) { font-weight: 600; white-space: nowrap; }
.metrics td:nth-child(3) { white-space: nowrap; }
.reps th, .reps td { text-align: right; }
.figures th:first-child, .figures td:first-child { text-align: left; }
.chart { margin: 0; break-inside: avoid; }
.chart svg { display: block; width: 100%; min-width: 660px; height: auto; }
footer { margin-top: 2rem; padding-top: .8rem; border-top: 1px solid #ddd8d0; }
@media (max-width: 520px) {
  .verdict { gap: 14px; padding: 12px; }
  .metrics thead { display: none; }
  .metrics tr { display: grid; grid-template-columns: 1fr auto auto; padding: 6px 0;
    border-bottom: 1px solid #e6e2db; }
  .metrics td { border: 0; padding: 2px 4px; }
  .metrics td.good:not(:empty)::before { content: "good: "; }
  .metrics td.good, .metrics td.source { grid-column: 1 / -1; color: #5b616b; font-size: .85rem; }
}
@media print {
  @page { size: A4; margin: 14mm; }
  body { font-size: 10.5pt; }
  main { max-width: none; padding: 0; }
  .scroll { overflow: visible; }
  .chart svg { min-width: 0; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
"""

_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


def render_html(report: Report) -> str:
    """Return the HTML document; all text from the analysis is escaped."""
    body = [
        f"<h1>{escape(report.title)}</h1>",
        f'<p class="facts">{" · ".join(escape(fact) for fact in report.facts)}</p>',
        _verdict(report),
        *(f'<p class="warning"><b>Note:</b> {escape(words)}</p>' for words in report.warnings),
        _points("To fix", report.to_fix),
        _points("Good", report.good),
        "<h2>What to do next</h2><ol>",
        *(f"<li>{escape(step)}</li>" for step in report.next_steps),
        "</ol>",
        _metrics(report),
        "<h2>Rep by rep</h2>",
        *(
            f'<figure class="chart"><h3>{escape(chart.title)}</h3>'
            f'<div class="scroll">{svg(chart)}</div></figure>'
            for chart in report.charts
        ),
        _reps(report),
        f'<footer class="note">{escape(report.footer)}</footer>',
    ]
    return page(" · ".join((report.title, *report.facts[:2])), "".join(body))


def page(title: str, body: str) -> str:
    """Return a complete HTML document in the style of the report; `title` is escaped, `body` is HTML."""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        f"<title>{escape(title)}</title>"
        f"<style>{_STYLE}</style></head>\n"
        f"<body><main>{body}</main></body></html>\n"
    )


def _verdict(report: Report) -> str:
    label, cue, message = report.first
    return (
        f'<section class="verdict">{_dial(report.score)}<div>'
        f'<strong class="big">{escape(report.verdict)}</strong>'
        f"<p><b>{escape(label)}:</b> {escape(cue)}</p><p>{escape(message)}</p></div></section>"
    )


def _dial(score: float | None) -> str:
    """Return the score as a number in a ring, filled in proportion."""
    number, words = ("–", "no score") if score is None else (f"{score:.0f}", "of 100")
    done = 0.0 if score is None else 314.16 * min(100.0, max(0.0, score)) / 100
    color = "#c93a3a" if (score or 0) < 50 else "#d99a1c" if (score or 0) < 70 else "#2e9e6b"
    ring = "" if score is None else (
        f'<circle cx="60" cy="60" r="50" fill="none" stroke="{color}" stroke-width="10" '
        f'stroke-dasharray="{done:.1f} 315" transform="rotate(-90 60 60)"/>'
    )  # fmt: skip
    return (
        f'<svg role="img" aria-label="Score {number} {words}" width="96" height="96" viewBox="0 0 120 120" '
        'text-anchor="middle" xmlns="http://www.w3.org/2000/svg">'
        f'<circle cx="60" cy="60" r="50" fill="none" stroke="#e6e2db" stroke-width="10"/>{ring}'
        f'<text x="60" y="68" font-size="36" font-weight="700">{number}</text>'
        f'<text x="60" y="86" font-size="13" fill="#5b616b">{words}</text></svg>'
    )


def _points(title: str, points: tuple[Point, ...]) -> str:
    if not points:
        return ""
    return f'<h2>{title}</h2><div class="points">{"".join(_point(point) for point in points)}</div>'


def _point(point: Point) -> str:
    picture = ""
    if point.picture is not None:
        data = b64encode(point.picture).decode("ascii")
        alt = escape(f"Frame from the clip: {point.message}")
        picture = f'<img src="data:image/jpeg;base64,{data}" alt="{alt}">'
    cue = f"<p>{escape(point.cue)}</p>" if point.cue else ""
    where = f'<p class="note">{escape(point.where)}</p>' if point.where else ""
    return (
        f'<div class="point {escape(point.severity)}"><div><b>{escape(point.message)}</b>{cue}{where}</div>'
        f"{picture}</div>"
    )


def _metrics(report: Report) -> str:
    rows = "".join(
        f"<tr><td>{escape(row.label)}</td><td>{escape(row.value)}</td><td>{escape(row.interval)}</td>"
        f'<td class="good">{escape(row.good)}</td><td class="source">{escape(row.source)}</td></tr>'
        for row in report.rows
    )
    return (
        '<h2>The numbers</h2><table class="metrics"><thead><tr><th>Whole set</th><th>Value</th>'
        f"<th>95 %</th><th>Good</th><th>Based on</th></tr></thead><tbody>{rows}</tbody></table>"
        f'<p class="note">{escape(INTERVAL_NOTE)}</p>'
    )


def _reps(report: Report) -> str:
    head = "".join(f"<th>{escape(title)}</th>" for title in report.rep_header)
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in report.rep_rows
    )
    missing = "".join(f'<p class="note">{escape(words)}</p>' for words in report.missing)
    return (
        f'<h3>All reps</h3><div class="scroll"><table class="reps"><thead><tr>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>{missing}"
    )
