"""The command line: ``kickform analyze``, ``report``, ``drills`` and ``app``.

The other commands are in `kickform.cli.agreement` and `kickform.cli.history`. Libraries that take long to
load are imported by the command that needs them, so that ``--version`` and ``--help`` answer at once.

Exit status: 0 with a verdict, 2 for a usage error, 3 for a clip that cannot be judged (the reason on
stderr, one line).
"""

from __future__ import annotations

import os
import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from kickform._version import __version__
from kickform.cli.agreement import agree, agree_pool
from kickform.cli.history import add_commands, find_owner, save
from kickform.cli.options import (
    EXIT_INTERRUPTED,
    EXIT_NOT_JUDGED,
    EXIT_USAGE,
    DrillOption,
    JsonOption,
    ModelOption,
    SlowMotionOption,
    check_model,
    check_outputs,
    is_stdout,
    progress_bar,
    terminal,
    write_text,
)
from kickform.errors import KickFormError, UsageError

if TYPE_CHECKING:
    from kickform.results.analysis import Analysis

__all__ = ["app", "main"]

app = typer.Typer(
    help="Check your form in plyometric drills from a phone video. Nothing leaves this computer.",
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
        sys.stderr.close()  # the reader of our output has stopped reading
        raise SystemExit(0) from None
    except Exception as error:
        message = _usage_message(error)
        if message is None:
            raise
        _fail(message, EXIT_USAGE)
    else:
        if (
            status == EXIT_INTERRUPTED
        ):  # newer versions of Typer turn Ctrl-C into this status without a message
            _fail("stopped", EXIT_INTERRUPTED)
        raise SystemExit(status if isinstance(status, int) else 0)


def _usage_message(error: Exception) -> str | None:
    """Return the one-line message of a usage error of the command-line library; None for any other error.

    Newer versions of Typer bundle click, so the error class has no stable name; its method has.
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
    version: Annotated[  # noqa: ARG001 - the callback does the work
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Check your form in plyometric drills from a phone video. Nothing leaves this computer."""
    if context.invoked_subcommand is None:
        with redirect_stdout(sys.stderr):  # Typer prints the help itself and returns nothing
            print(context.get_help())
        raise typer.Exit(EXIT_USAGE)


@app.command()
def analyze(
    # Not `readable`: the reader refuses a clip without permission like any other, with status 3.
    video: Annotated[Path, typer.Argument(help="The clip.", show_default=False, readable=False)],
    drill: DrillOption = "auto",
    model: ModelOption = "heavy",
    json_file: JsonOption = None,
    overlay: Annotated[Path | None, typer.Option(help="Write the annotated video, an .mp4 file.")] = None,
    report_file: Annotated[
        Path | None, typer.Option("--report", help="Write a report to keep or print, an .html file.")
    ] = None,
    height_m: Annotated[
        float | None, typer.Option(help="The athlete's height in metres; makes distances more accurate.")
    ] = None,
    mass_kg: Annotated[
        float | None, typer.Option(help="The athlete's body mass in kg; needed for leg stiffness.")
    ] = None,
    slow_motion: SlowMotionOption = None,
    corrections: Annotated[
        Path | None, typer.Option(help="JSON file with corrected events, or an analysis that holds some.")
    ] = None,
    athlete: Annotated[
        str | None, typer.Option(help="The athlete's name; uses their saved height and mass.")
    ] = None,
    save_it: Annotated[bool, typer.Option("--save", help="Save the set to the athlete's history.")] = False,
    keep_video: Annotated[bool, typer.Option("--keep-video", help="With --save: keep the clip too.")] = False,
) -> None:
    """Analyze one clip: contact times, reps, scores, what was good and what to fix."""
    from kickform.events.corrections import load_corrections
    from kickform.pipeline.analyze import analyze as run

    check_model(model)
    by_hand = () if corrections is None else load_corrections(corrections)
    check_outputs(video, [p for p in (json_file, overlay, report_file) if p and not is_stdout(p)])
    if keep_video and not save_it:
        raise UsageError("--keep-video", "needs --save", "give both")
    owner = find_owner(athlete, height_m, mass_kg, save_it)
    with progress_bar() as progress:
        analysis = run(
            video,
            drill=drill,
            model=model,  # type: ignore[arg-type]  # checked above
            height_m=owner.height_m,
            mass_kg=owner.mass_kg,
            slow_motion=slow_motion,
            corrections=by_hand,
            progress=progress,
        )
    _show_verdict(analysis, json_file)
    if save_it:
        save(video, analysis, owner, keep_video)
    _write_files(video, analysis, json_file, report_file, overlay)


def _show_verdict(analysis: Analysis, json_file: Path | None) -> None:
    """Print the verdict, as JSON where stdout is asked for; before any file, which may fail to be written."""
    if is_stdout(json_file):
        sys.stdout.write(analysis.to_json())
        return
    from kickform.cli.analysis_tables import print_analysis

    print_analysis(analysis, terminal())


def _write_files(
    video: Path, analysis: Analysis, json_file: Path | None, report_file: Path | None, overlay: Path | None
) -> None:
    """Write the files that were asked for."""
    if json_file is not None and not is_stdout(json_file):
        analysis.save_json(json_file)
    if report_file is not None:
        _write_reports(video, analysis, report_file, None)
    if overlay is not None:
        from kickform.report.overlay.video import render_overlay

        with progress_bar() as progress:
            render_overlay(video, analysis, overlay, progress=progress)


@app.command()
def drills(json_file: JsonOption = None) -> None:
    """List the drills that KickForm can check."""
    import json

    from kickform.cli.analysis_tables import print_drills
    from kickform.drills import all_drills

    known = all_drills().values()
    if json_file is None:
        print_drills(known, terminal())
        return
    text = json.dumps([drill.to_dict() for drill in known], indent=2, ensure_ascii=False) + "\n"
    if not is_stdout(json_file):
        check_outputs(None, [json_file])
    write_text(json_file, text)


@app.command()
def report(
    video: Annotated[
        Path | None, typer.Argument(help="The clip.", show_default=False, readable=False)
    ] = None,
    session: Annotated[int | None, typer.Option(help="Number of a saved session, instead of a clip.")] = None,
    html: Annotated[Path | None, typer.Option(help="Write the report as one HTML file.")] = None,
    pdf: Annotated[Path | None, typer.Option(help="Write the report as a PDF file (A4).")] = None,
    drill: DrillOption = "auto",
    model: ModelOption = "heavy",
) -> None:
    """Write a report on a clip or a saved session, by default CLIP_report.html in this folder."""
    check_model(model)
    if (video is None) == (session is None):
        raise UsageError("report", "needs a video or --session, and not both", "give one of them")
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
            terminal().print(f"Report saved: {path}", highlight=False, markup=False, soft_wrap=True)


def _report_session(session_id: int, html: Path | None, pdf: Path | None) -> None:
    """Write the report on a saved session."""
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
    """Write the report on an analyzed clip as HTML, PDF or both."""
    from kickform.report import report_html, report_pdf, save_report
    from kickform.report.key_frames import evidence_pictures

    pictures = evidence_pictures(video, analysis)
    if html is not None:
        save_report(html, report_html(analysis, pictures))
    if pdf is not None:
        save_report(pdf, report_pdf(analysis, pictures))


@app.command("app")
def serve(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port on this computer.")] = 8501,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the browser.")] = True,
) -> None:
    """Start the web app on this computer and open it in the browser."""
    import subprocess

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
    """Raise `UsageError` if something already listens on the port, most often an open KickForm."""
    import socket

    with socket.socket() as probe:
        probe.settimeout(1)
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            raise UsageError(
                f"--port {port}", "is in use", "close the program that uses it, or give another port"
            )


def _app_entry(package: Path) -> Path:
    """Return the script to serve, the one next to the theme: in the source tree or in the package."""
    source = package.parent
    if (source / "pyproject.toml").is_file() and (source / ".streamlit" / "config.toml").is_file():
        return source / "app.py"
    return package / "app" / "main.py"


app.command()(agree)
app.command()(agree_pool)
add_commands(app)

if __name__ == "__main__":
    main()
