"""The command line: ``kickform analyze``, ``report``, ``drills`` and ``app``; the rest is in `cli_agree` and
`cli_history`.

Exit status: 0 with a verdict, 2 for a usage error, 3 for a clip that cannot be judged (the reason on
stderr, one line).
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from rich.console import Console

from kickform._version import __version__
from kickform.cli.agreement import agree, agree_pool
from kickform.cli.history import add_commands, find_owner, save
from kickform.cli.options import (
    EXIT_INTERRUPTED,
    EXIT_NOT_JUDGED,
    EXIT_USAGE,
    check_model,
    check_outputs,
    progress_bar,
    write_text,
)
from kickform.errors import KickFormError, UsageError

if TYPE_CHECKING:
    from kickform.results.analysis import Analysis

__all__ = ["app", "main"]

app = typer.Typer(
    help="Check the form of plyometric drills from a phone video. Nothing leaves this machine.",
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def main() -> None:
    """Run the command line; the console script ``kickform``."""
    try:
        status = app(standalone_mode=False)
    except UsageError as error:
        _fail(str(error), EXIT_USAGE)
    except KickFormError as error:
        _fail(str(error), EXIT_NOT_JUDGED)
    except (KeyboardInterrupt, typer.Abort):
        _fail("stopped", EXIT_INTERRUPTED)
    except BrokenPipeError:
        sys.stderr.close()  # whoever read our output has read enough
        raise SystemExit(0) from None
    except Exception as error:
        message = _usage_message(error)
        if message is None:
            raise
        _fail(message, EXIT_USAGE)
    else:
        if status == EXIT_INTERRUPTED:  # newer Typer turns Ctrl-C into this status, without a word
            _fail("stopped", EXIT_INTERRUPTED)
        raise SystemExit(status if isinstance(status, int) else 0)


def _usage_message(error: Exception) -> str | None:
    """Return the one line for a usage error of the command-line library; None for any other error.

    Typer has its own copy of click in newer versions, so the class cannot be named, but its method can.
    """
    format_message = getattr(error, "format_message", None)
    if format_message is None:
        return None
    return f"{str(format_message()).rstrip('.')}; see kickform -h"


def _fail(message: str, status: int) -> NoReturn:
    print(f"kickform: {message}", file=sys.stderr)
    raise SystemExit(status)


def _version(show: bool) -> None:
    if show:
        print(f"kickform {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def _root(
    context: typer.Context,
    version: Annotated[  # noqa: ARG001 - its callback does the work
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Check the form of plyometric drills from a phone video. Nothing leaves this machine."""
    if context.invoked_subcommand is None:
        with redirect_stdout(sys.stderr):  # Typer prints its help itself, and returns nothing to print
            print(context.get_help())
        raise typer.Exit(EXIT_USAGE)


@app.command()
def analyze(
    # Not `readable`: a clip without permission is told of like any other that cannot be read, with status 3.
    video: Annotated[Path, typer.Argument(help="The clip.", show_default=False, readable=False)],
    drill: Annotated[str, typer.Option(help="Which drill it is, or auto.")] = "auto",
    model: Annotated[str, typer.Option(help="heavy (most exact), full or lite (fastest).")] = "heavy",
    json_file: Annotated[
        Path | None,
        typer.Option("--json", help="Write the analysis as JSON; - for stdout, nothing else there."),
    ] = None,
    overlay: Annotated[Path | None, typer.Option(help="Write the annotated video, an .mp4 file.")] = None,
    report_file: Annotated[
        Path | None, typer.Option("--report", help="Write a report to keep or print, an .html file.")
    ] = None,
    height_m: Annotated[float | None, typer.Option(help="Stature in metres; sharpens the scale.")] = None,
    mass_kg: Annotated[float | None, typer.Option(help="Body mass in kg; gives leg stiffness.")] = None,
    slow_motion: Annotated[
        float | None, typer.Option(help="How many times slower than life the file plays; 1 for real time.")
    ] = None,
    corrections: Annotated[
        Path | None, typer.Option(help="JSON of events put right by hand, or an analysis that holds some.")
    ] = None,
    athlete: Annotated[str | None, typer.Option(help="ClipOwner clip; their height and mass count.")] = None,
    save_it: Annotated[bool, typer.Option("--save", help="Save it as a session of the athlete.")] = False,
    keep_video: Annotated[bool, typer.Option("--keep-video", help="With --save: keep the clip.")] = False,
) -> None:
    """Analyze one clip: contact times, reps, scores, what was good and what to fix."""
    from kickform.cli.analysis_tables import print_analysis
    from kickform.events.corrections import load_corrections
    from kickform.pipeline.analyze import analyze as run

    check_model(model)
    to_stdout = json_file is not None and str(json_file) == "-"
    by_hand = () if corrections is None else load_corrections(corrections)
    check_outputs(video, [p for p in (None if to_stdout else json_file, overlay, report_file) if p])
    if keep_video and not save_it:
        raise UsageError("--keep-video", "needs --save", "give both")
    who = find_owner(athlete, height_m, mass_kg, save_it)
    with progress_bar() as progress:
        analysis = run(
            video,
            drill=drill,
            model=model,  # type: ignore[arg-type]  # checked above
            height_m=who.height_m,
            mass_kg=who.mass_kg,
            slow_motion=slow_motion,
            corrections=by_hand,
            progress=progress,
        )
    # The verdict comes first: it is there, whatever happens to the files.
    if to_stdout:
        sys.stdout.write(analysis.to_json())
    else:
        print_analysis(analysis, Console())
    if save_it:
        save(video, analysis, who, keep_video)
    if json_file is not None and not to_stdout:
        analysis.save_json(json_file)
    if report_file is not None:
        _write_reports(video, analysis, report_file, None)
    if overlay is not None:
        from kickform.report.overlay.video import render_overlay

        with progress_bar() as progress:
            render_overlay(video, analysis, overlay, progress=progress)


@app.command()
def drills(
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Write them as JSON; - for stdout.")
    ] = None,
) -> None:
    """List the drills that KickForm can judge."""
    from kickform.cli.analysis_tables import print_drills
    from kickform.drills import all_drills

    if json_file is None:
        print_drills(all_drills().values(), Console())
        return
    text = (
        json.dumps([drill.to_dict() for drill in all_drills().values()], indent=2, ensure_ascii=False) + "\n"
    )
    if str(json_file) != "-":
        check_outputs(None, [json_file])
    write_text(json_file, text)


@app.command()
def report(
    video: Annotated[
        Path | None, typer.Argument(help="The clip.", show_default=False, readable=False)
    ] = None,
    session: Annotated[int | None, typer.Option(help="A session of the history, in place of a clip.")] = None,
    html: Annotated[Path | None, typer.Option(help="Write it as one HTML file.")] = None,
    pdf: Annotated[Path | None, typer.Option(help="Write it as a PDF file for A4.")] = None,
    drill: Annotated[str, typer.Option(help="Which drill it is, or auto.")] = "auto",
    model: Annotated[str, typer.Option(help="heavy (most exact), full or lite (fastest).")] = "heavy",
) -> None:
    """Write a report on a clip or a session; CLIP_report.html in this folder where no file is named."""
    check_model(model)
    if (video is None) == (session is None):
        raise UsageError("report", "needs a video or --session, and not both", "name one of them")
    if html is None and pdf is None:
        html = Path(f"{video.stem if video else f'session_{session}'}_report.html")
    check_outputs(video, [path for path in (html, pdf) if path])
    if video is None:
        _report_session(session or 0, html, pdf)
    else:
        from kickform.pipeline.analyze import analyze as run

        with progress_bar() as progress:
            analysis = run(video, drill=drill, model=model, progress=progress)  # type: ignore[arg-type]
            _write_reports(video, analysis, html, pdf)
    for path in (html, pdf):
        if path is not None:
            Console().print(f"report written to {path}", highlight=False, markup=False, soft_wrap=True)


def _report_session(session_id: int, html: Path | None, pdf: Path | None) -> None:
    """Write the report on a session of the history."""
    from kickform.history.store import open_store
    from kickform.report import report_html, report_pdf, save_report

    with open_store() as store:
        stored = store.session(session_id)
    record = stored.record
    about: dict[str, Any] = {"athlete": record.athlete, "filmed_at": record.filmed_at.astimezone()}
    if html is not None:
        save_report(html, report_html(stored.analysis, stored.pictures, **about))
    if pdf is not None:
        save_report(pdf, report_pdf(stored.analysis, stored.pictures, **about))


def _write_reports(video: Path, analysis: Analysis, html: Path | None, pdf: Path | None) -> None:
    """Write the report on an analyzed clip to the files named."""
    from kickform.report import report_html, report_pdf, save_report
    from kickform.report.key_frames import evidence_pictures

    pictures = evidence_pictures(video, analysis)
    if html is not None:
        save_report(html, report_html(analysis, pictures))
    if pdf is not None:
        save_report(pdf, report_pdf(analysis, pictures))


@app.command("app")
def serve(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port on this machine.")] = 8501,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the browser.")] = True,
) -> None:
    """Serve the web app on this machine and open it in the browser."""
    _check_port(port)
    entry = _app_entry(Path(__file__).parents[1])
    command = [sys.executable, "-m", "streamlit", "run", str(entry)]
    command += ["--server.port", str(port), "--server.address", "localhost"]
    command += ["--server.headless", "false" if browser else "true"]
    command += ["--browser.gatherUsageStats", "false"]
    raise SystemExit(
        subprocess.call(command, env={**os.environ, "STREAMLIT_BROWSER_GATHER_USAGE_STATS": "false"})
    )


def _check_port(port: int) -> None:
    """Raise `UsageError` where something else listens on the port: most often KickForm, opened before."""
    with socket.socket() as asking:
        asking.settimeout(1)
        if asking.connect_ex(("127.0.0.1", port)) == 0:
            raise UsageError(f"--port {port}", "is taken", "close what runs there, or give another port")


def _app_entry(package: Path) -> Path:
    """Return the script to serve: the one with the theme beside it, in a source tree or in the package."""
    source = package.parent
    if (source / "pyproject.toml").is_file() and (source / ".streamlit" / "config.toml").is_file():
        return source / "app.py"
    return package / "app" / "main.py"


app.command()(agree)
app.command()(agree_pool)
add_commands(app)

if __name__ == "__main__":
    main()
