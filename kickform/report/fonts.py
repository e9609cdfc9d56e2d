"""Fonts for the PDF: Bitstream Vera, and others for characters it lacks.

Bitstream Vera comes with reportlab and is embedded; it covers Latin. For other characters a common system
font is embedded if one is found. Chinese, Japanese and Korean fall back to the fonts of the PDF reader (not
embedded). A character that no font has becomes a box, never an error.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from html import escape

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFError, TTFont

__all__ = ["BOLD", "REGULAR", "font_for", "font_runs", "paragraph_markup"]

REGULAR, BOLD = "Vera", "VeraBd"
_SYSTEM = (
    "DejaVuSans.ttf", "NotoSans-Regular.ttf", "LiberationSans-Regular.ttf", "Arial Unicode.ttf", "arial.ttf",
    "Arial.ttf", "seguisym.ttf", "msyh.ttc", "wqy-microhei.ttc",
)  # fmt: skip
_READERS = (("HIRAGANA", "HeiseiKakuGo-W5"), ("KATAKANA", "HeiseiKakuGo-W5"), ("HANGUL", "HYGothic-Medium"),
            ("CJK", "STSong-Light"), ("IDEOGRAPHIC", "STSong-Light"),
            ("FULLWIDTH", "STSong-Light"))  # fmt: skip
_MISSING = "\N{WHITE SQUARE}"


@cache
def _embedded(name: str) -> TTFont | None:
    """Register the TrueType font with this file name and return it; None if it is not installed."""
    try:
        font = TTFont(name.rsplit(".", 1)[0].replace(" ", ""), name)
    except (TTFError, OSError, ValueError):
        return None
    pdfmetrics.registerFont(font)
    return font


@cache
def font_for(char: str, bold: bool = False) -> str | None:
    """Return the name of a registered font that has the character, or None."""
    for file in ("VeraBd.ttf" if bold else "Vera.ttf", *_SYSTEM):
        font = _embedded(file)
        if font is not None and ord(char) in font.face.charToGlyph:
            return str(font.fontName)
    words = unicodedata.name(char, "")
    reader = next((font for part, font in _READERS if words.startswith(part)), None)
    if reader is not None and reader not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(UnicodeCIDFont(reader))
    return reader


def font_runs(words: str, bold: bool = False) -> list[tuple[str, str]]:
    """Return the text as (font, run) pairs; unknown characters become boxes, control characters spaces."""
    runs: list[tuple[str, str]] = []
    for char in unicodedata.normalize("NFC", words):
        shown = " " if unicodedata.category(char) in ("Cc", "Cs") else char
        if unicodedata.category(char) in ("Cf", "Mn") and font_for(char, bold) is None:
            continue  # joiners and combining marks, invisible on their own
        font = font_for(shown, bold)
        if font is None:
            shown, font = _MISSING, font_for(_MISSING, bold) or REGULAR
        if runs and runs[-1][0] == font:
            runs[-1] = (font, runs[-1][1] + shown)
        else:
            runs.append((font, shown))
    return runs


def paragraph_markup(words: str, bold: bool = False) -> str:
    """Return the text as reportlab paragraph markup: escaped, each run in a font that has it."""
    base = BOLD if bold else REGULAR
    for name in ("Vera.ttf", "VeraBd.ttf"):
        _embedded(name)
    return "".join(
        escape(run) if font == base else f'<font name="{font}">{escape(run)}</font>'
        for font, run in font_runs(words, bold)
    )
