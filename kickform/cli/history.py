"""The history commands: trends, batch, athletes, sessions, export, import, delete.

``analyze --save`` uses `find_owner` and `save`.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kickform.cli.options import (
    EXIT_NOT_JUDGED,
    DrillOption,
    JsonOption,
    ModelOption,
    check_model,
    check_outputs,
    is_stdout,
    progress_bar,
    terminal,
    write_text,
)
from kickform.errors import UsageError
from kickform.files import atomic_file

if TYPE_CHECKING:
    from kickform.history.batch import ClipResult
    from kickform.history.records import AthleteRecord, SessionRecord
    from kickform.history.store import Store
    from kickform.history.trends import Trends
    from kickform.results.analysis import Analysis

__all__ = ["ClipOwner", "add_commands", "find_owner", "save"]


def add_commands(app: typer.Typer) -> None:
    """Add the commands of this module to the command line."""
    for command in (trends, batch, athletes, sessions):
        app.command()(command)
    app.command("export")(export_history)
    app.command("import")(import_history)
    app.command()(delete)


@dataclass(frozen=True, slots=True)
class ClipOwner:
    """The athlete a clip belongs to: name (None if not given), and height and mass as given or saved."""

    name: str | None
    height_m: float | None
    mass_kg: float | None


def find_owner(name: str | None, height_m: float | None, mass_kg: float | None, saving: bool) -> ClipOwner:
    """Return the owner of the clip, with the saved height and mass if none are given.

    With `saving` the store is opened here, before the analysis, so that a broken one is reported first.

    Raises:
        StoreError: the store cannot be used.
    """
    if name is None and not saving:
        return ClipOwner(None, height_m, mass_kg)
    with _store() as store:
        chosen = name or store.usual_athlete()
        known = store.find_athlete(chosen)
    if known is None:
        return ClipOwner(chosen, height_m, mass_kg)
    return ClipOwner(known.name, height_m or known.height_m, mass_kg or known.mass_kg)


def save(video: Path, analysis: Analysis, owner: ClipOwner, keep_video: bool) -> None:
    """Save the analysis of a clip as a session and report it on stderr."""
    from kickform.report.key_frames import evidence_pictures
    from kickform.video.identity import clip_sha256, filmed_at

    when = filmed_at(video)
    pictures = evidence_pictures(video, analysis, reps=True)
    with _store() as store:
        name = owner.name or store.usual_athlete()
        athlete = store.athlete_named(name, owner.height_m, owner.mass_kg)
        session = store.save_session(
            analysis,
            athlete=athlete,
            clip_sha256=clip_sha256(video),
            filmed_at=when.time,
            filmed_at_source=when.source,
            pictures=pictures,
            video_path=video if keep_video else None,
        )
    _say(f"Saved as session {session.id} of {athlete.name}")


def trends(
    athlete: Annotated[str, typer.Option(help="The athlete's name.", show_default=False)],
    drill: Annotated[str | None, typer.Option(help="Drill; default: that of the last session.")] = None,
    metric: Annotated[str | None, typer.Option(help="Metric; default: the drill's main one.")] = None,
    json_file: JsonOption = None,
    csv_file: Annotated[
        Path | None, typer.Option("--csv", help="Write one line per session as CSV; - writes to stdout.")
    ] = None,
) -> None:
    """Show whether a metric has really changed over the sessions."""
    from kickform.cli.history_tables import print_trends, trend_csv

    _check_files(json_file, csv_file)
    with _store() as store:
        who = store.athlete(athlete)
        found = _trends(who, store.sessions(who), drill, metric)
    if json_file is not None:
        write_text(json_file, _json(found.to_dict()))
    if csv_file is not None:
        write_text(csv_file, trend_csv(found))
    if not _on_stdout(json_file, csv_file):
        print_trends(found, terminal())


def _trends(
    who: AthleteRecord, every: Sequence[SessionRecord], drill: str | None, metric: str | None
) -> Trends:
    """Return the trends; the drill and the metric default to those of the last session.

    Raises:
        UsageError: the drill or the metric does not exist.
    """
    from kickform.drills import all_drills, get_drill
    from kickform.history.trends import default_metric, metrics_in, trends_of, trends_without_sessions
    from kickform.results.formatting import choices

    chosen = drill or (every[-1].drill if every else None)
    if chosen is None:
        cure = "save one first: kickform analyze CLIP --athlete NAME --save"
        raise UsageError(f"athlete '{who.name}'", "has no sessions yet", cure)
    those = [session for session in every if session.drill == chosen]
    known = all_drills().get(chosen) if those else get_drill(chosen)
    own = [m.name for m in known.metrics if not choices(m.unit)] if known else []
    names = list(dict.fromkeys([*metrics_in(those), *own]))
    name = metric or default_metric(those) or next(iter(names), "")
    if name not in names:
        fault, cure = f"{chosen} has no such metric", f"choose from {', '.join(names)}"
        raise UsageError(f"metric '{name}'", fault, cure)
    return trends_of(those, name) if those else trends_without_sessions(who.name, chosen, name)


def batch(
    folder: Annotated[Path, typer.Argument(help="Folder with the clips.", show_default=False)],
    athlete: Annotated[str | None, typer.Option(help="The athlete's name, for all clips.")] = None,
    athlete_from_folder: Annotated[
        bool, typer.Option("--athlete-from-folder", help="Take the athlete's name from the clip's folder.")
    ] = False,
    drill: DrillOption = "auto",
    model: ModelOption = "heavy",
    workers: Annotated[
        int | None,
        typer.Option(min=1, max=256, help="Number of processes; default: half the processor cores."),
    ] = None,
    scheduler: Annotated[
        str | None, typer.Option(help="Address of a dask scheduler (tcp://...), instead of local processes.")
    ] = None,
    csv_file: Annotated[Path | None, typer.Option("--csv", help="Write one line per clip as CSV.")] = None,
    json_file: JsonOption = None,
) -> None:
    """Analyze and save all clips in a folder; clips that are already saved are skipped."""
    from kickform.cli.history_tables import print_batch
    from kickform.history.batch import run_batch, summary_csv

    check_model(model)
    _check_files(json_file, csv_file)
    with _store() as store, progress_bar() as progress:

        def show_progress(done: int, total: int, _result: ClipResult) -> None:
            progress("clips", done / total)

        summary = run_batch(
            folder,
            store,
            athlete=athlete,
            athlete_from_folder=athlete_from_folder,
            drill=drill,
            model=model,
            workers=workers,
            scheduler=scheduler,
            on_clip=show_progress,
        )
    if csv_file is not None:
        write_text(csv_file, summary_csv(summary))
    if json_file is not None:
        write_text(json_file, _json(summary.to_dict()))
    if not _on_stdout(json_file, csv_file):
        print_batch(summary, terminal())
    if not summary.sessions:
        _say("No clip could be judged" if summary.results else f"{folder}: no clips found")
        raise typer.Exit(EXIT_NOT_JUDGED)


def athletes(json_file: JsonOption = None) -> None:
    """List the athletes."""
    from kickform.cli.history_tables import athlete_dict, print_athletes

    _check_files(json_file)
    with _store() as store:
        found = store.athletes()
        counts = store.session_counts()
    if json_file is not None:
        write_text(json_file, _json([athlete_dict(each, counts.get(each.id, 0)) for each in found]))
    if not _on_stdout(json_file):
        print_athletes(found, counts, terminal())


def sessions(
    athlete: Annotated[str | None, typer.Option(help="The athlete's name; default: all athletes.")] = None,
    drill: Annotated[str | None, typer.Option(help="Drill; default: all drills.")] = None,
    json_file: JsonOption = None,
) -> None:
    """List the sessions, oldest first."""
    from kickform.cli.history_tables import print_sessions, session_dict

    _check_files(json_file)
    with _store() as store:
        who = store.athlete(athlete) if athlete else None
        found = store.sessions(who, drill)
    if json_file is not None:
        write_text(json_file, _json([session_dict(each) for each in found]))
    if not _on_stdout(json_file):
        print_sessions(found, terminal())


def export_history(
    file: Annotated[Path, typer.Argument(help="File to write; - writes to stdout.", show_default=False)],
) -> None:
    """Write the whole history, without videos, as one JSON file."""
    if is_stdout(file):
        with _store() as store:
            sys.stdout.writelines(store.export_all())
        return
    check_outputs(None, [file])
    with (
        _store() as store,
        atomic_file(file) as partial,
        partial.open("w", encoding="utf-8", newline="\n") as out,
    ):
        out.writelines(store.export_all())
    _say(f"Exported to {file}")


def import_history(
    file: Annotated[Path, typer.Argument(help="A file written by export.", show_default=False)],
) -> None:
    """Add the athletes and sessions of an exported file; existing ones stay unchanged."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is not text"
        raise UsageError(file.name, f"cannot be read ({why})", "give a file written by export") from error
    from kickform.results.formatting import counted

    with _store() as store:
        added = store.import_all(text, file.name)
    known = f"{counted(added.known, 'session')} already there"
    _say(f"Added {counted(added.athletes, 'athlete')} and {counted(added.sessions, 'session')}; {known}")


def delete(
    session: Annotated[int | None, typer.Option(help="Number of the session.")] = None,
    athlete: Annotated[
        str | None, typer.Option(help="Name of an athlete; deletes all their sessions too.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="The whole history.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask for confirmation.")] = False,
) -> None:
    """Delete a session, an athlete or everything. This cannot be undone."""
    if sum((session is not None, athlete is not None, everything)) != 1:
        raise UsageError("delete", "does not know what to delete", "give one of --session, --athlete, --all")
    with _store() as store:
        who = store.athlete(athlete) if athlete else None
        if session is not None:
            store.session(session)
        what = f"session {session}" if session else f"{who.name} with all sessions" if who else "everything"
        if not yes:
            typer.confirm(f"Delete {what}? This cannot be undone.", abort=True, err=True)
        if session is not None:
            store.delete_session(session)
        elif who is not None:
            store.delete_athlete(who.id)
        else:
            store.delete_all()
    _say(f"Deleted {what}")


def _store() -> Store:
    from kickform.history.store import open_store

    return open_store()


def _check_files(*files: Path | None) -> None:
    named = [file for file in files if file is not None]
    if sum(is_stdout(file) for file in named) > 1:
        raise UsageError("-", "only one output can go to stdout", "give a file for the other")
    check_outputs(None, [file for file in named if not is_stdout(file)])


def _on_stdout(*files: Path | None) -> bool:
    return any(is_stdout(file) for file in files)


def _json(document: Any) -> str:
    import json

    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _say(words: str) -> None:
    print(words, file=sys.stderr)
