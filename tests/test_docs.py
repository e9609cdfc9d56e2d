"""What the documentation names exists: modules, files, pictures, links. Its docstrings can be parsed."""

from __future__ import annotations

import json
import logging
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from pkgutil import resolve_name

import griffe
import pytest
import yaml

import kickform
from tests.test_architecture import FLOORS

ROOT = Path(__file__).parents[1]
PAGES = sorted(
    [*ROOT.glob("docs/**/*.md"), *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md"))]
)
NOT_MODULES = {"kickform.db"}


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def prose(page: Path) -> str:
    return page.read_text("utf-8")


def dotted_names(text: str) -> set[str]:
    """Names such as `kickform.pose.geometry` in code, links and headings; not in addresses or file names."""
    names = set(re.findall(r"(?<![\w/.-])kickform(?:\.[A-Za-z_]\w*)+", text))
    return {name for name in names if not any(name.startswith(other) for other in NOT_MODULES)}


def test_the_scan_finds_what_it_looks_for() -> None:
    text = "`kickform.pose.geometry.upward` ~/.local/share/kickform.db https://example.org/kickform.html"
    assert dotted_names(text) == {"kickform.pose.geometry.upward"}
    assert len(PAGES) > 15
    for name in ("kickform.pose.nowhere.at_all", "kickform.subject.Nobody"):
        with pytest.raises(AttributeError):
            resolve_name(name)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_modules_that_it_names_by_path_exist(page: Path) -> None:
    paths = set(
        re.findall(r"(?<![\w/.])(?:kickform|tests|bench|examples|docs|models)/[\w./-]*\w", prose(page))
    )
    missing = {path for path in paths if not (ROOT / path).exists()}
    assert not missing


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_modules_that_it_names_with_dots_exist(page: Path) -> None:
    for name in dotted_names(prose(page)):
        resolve_name(name)


def targets(page: Path) -> Iterator[str]:
    """Links and pictures of a page that are not addresses."""
    text = re.sub(r"```.*?```", "", prose(page), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if not re.match(r"[a-z]+:", target):
            yield target


def anchors(page: Path) -> set[str]:
    """Anchors of a page's headings, as GitHub and Python-Markdown both write them."""
    text = re.sub(r"```.*?```", "", prose(page), flags=re.DOTALL)
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_its_links_and_pictures_lead_somewhere(page: Path) -> None:
    for target in targets(page):
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), target
        assert not anchor or anchor in anchors(file), target


def test_every_page_is_in_the_menu_of_the_site() -> None:
    listed = json.dumps(tomllib.loads((ROOT / "zensical.toml").read_text("utf-8"))["project"]["nav"])
    for page in (ROOT / "docs").rglob("*.md"):
        assert f'"{page.relative_to(ROOT / "docs").as_posix()}"' in listed


def test_the_site_asks_no_other_host_for_anything() -> None:
    """No font, no script and no style sheet from elsewhere; a link that one may follow is none."""
    project = tomllib.loads((ROOT / "zensical.toml").read_text("utf-8"))["project"]
    assert project["theme"]["font"] is False
    assert not {"extra_javascript", "extra_css", "analytics"} & {*project, *project.get("extra", {})}
    assert project["plugins"]["mkdocstrings"]["handlers"]["python"]["inventories"] == []
    for page in (ROOT / "docs").rglob("*.md"):
        assert "```mermaid" not in prose(page), "mermaid is loaded from a CDN; draw an SVG"
        assert not re.findall(r"(?:!\[[^\]]*\]\(|src=\")https?:", prose(page)), page.name


def test_docstrings_can_be_parsed(caplog: pytest.LogCaptureFixture) -> None:
    """An `Args:` entry that is no parameter would be a wrong row of the API pages."""
    package = griffe.load(
        "kickform", search_paths=[str(ROOT)], docstring_parser="google", allow_inspection=False
    )
    seen = 0

    def visit(item: griffe.Object | griffe.Alias) -> None:
        nonlocal seen
        if item.is_alias:
            return
        if item.docstring is not None:
            assert item.docstring.parsed is not None
            seen += 1
        for member in item.members.values():
            visit(member)

    with caplog.at_level(logging.WARNING, "griffe"):
        assert isinstance(package, griffe.Module)
        visit(package)
    assert seen > 500
    assert [record.getMessage() for record in caplog.records] == []


def test_the_citation_names_this_version() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert citation["version"] == kickform.__version__
    assert (
        citation["license"]
        == tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["license"]
    )
    assert citation["authors"] == [{"name": "KickForm contributors"}]


def test_the_picture_shows_the_floors_in_their_order() -> None:
    picture = (ROOT / "docs/pictures/architecture.svg").read_text("utf-8")
    shown = re.findall(r'class="floor"[^>]*>(\w+)<', picture)
    assert tuple(reversed(shown)) == FLOORS
    (order,) = re.findall(r"From the ground up: ([^.]*)\.", picture)
    assert tuple(re.findall(r"\w+", order)) == FLOORS
